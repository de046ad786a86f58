import type * as vi from './wall.vi.ts'

/** The same in English. */
export const wall: typeof vi.wall = {
  wall: 'Display for a hall',
  wallHint: 'Large letters; only who speaks and what is shown.',
  wallOff: 'Full display',
  wallQuiet: 'Nobody is speaking',
  wallReconnecting: 'Reconnecting',
  wallLost: 'The connection to the meeting is lost',
  wallMediaBlocked: 'The network here blocks picture and sound',
  wallPressForSound: 'Press once for sound',
  wallPressHow: 'Any key, or touch the screen. The browser waits for one press before it plays sound.',
}

import type * as vi from './display.vi.ts'

/** The same in English. */
export const display: typeof vi.display = {
  wallOff: 'Full display',
  wallQuiet: 'Nobody is speaking',
  wallReconnecting: 'Reconnecting',
  wallPressForSound: 'Press once for sound',
  wallPressHow: 'Any key, or touch the screen. The browser waits for one press before it plays sound.',
}

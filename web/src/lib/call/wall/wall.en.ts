import type * as vi from './wall.vi.ts'

/** The same in English. */
export const wall: typeof vi.wall = {
  wall: 'Display for a hall',
  wallHint: 'Large letters; only who speaks and what is shown.',
  wallLost: 'The connection to the meeting is lost',
  wallMediaBlocked: 'The network here blocks picture and sound',
}

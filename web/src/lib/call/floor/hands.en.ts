import type * as vi from './hands.vi.ts'

/** The same in English. */
export const hands: typeof vi.hands = {
  hands: 'Queue',
  handRaised: 'asks to speak',
  noHands: 'Nobody asks to speak',
  noHandsHint: 'Those who ask are listed here, first come first.',
  give: 'Give the floor',
  lowerOne: 'Lower the hand',
}

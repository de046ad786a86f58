import type * as vi from './floor.vi.ts'

/** The same in English. */
export const floor: typeof vi.floor = {
  raiseHand: 'Ask to speak',
  lowerHand: 'Withdraw the request to speak',
  hands: 'Queue',
  asking: (count) => `${count} asking to speak`,
  handRaised: 'asks to speak',
  handAt: (place) => `asks to speak, number ${place}`,
  noHands: 'Nobody asks to speak',
  noHandsHint: 'Those who ask are listed here, first come first.',
  yourPlace: (place) => `Your place in the queue: ${place}`,
  lowerOne: 'Lower the hand',
}

/** The same news in English. */
export const floorNews: typeof vi.floorNews = {
  handLowered: (by) => `${by} has noted and lowered your hand.`,
  handRaised: (name) => `${name} asks to speak.`,
}

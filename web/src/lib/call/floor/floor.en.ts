import type * as vi from './floor.vi.ts'

/** The same in English. */
export const floor: typeof vi.floor = {
  raiseHand: 'Ask to speak',
  lowerHand: 'Withdraw the request to speak',
  asking: (count) => `${count} asking to speak`,
  handAt: (place) => `asks to speak, number ${place}`,
  yourPlace: (place) => `Your place in the queue: ${place}`,
}

/** The same news in English. */
export const floorNews: typeof vi.floorNews = {
  handLowered: (by) => `${by} has noted and lowered your hand.`,
  handRaised: (name) => `${name} asks to speak.`,
}

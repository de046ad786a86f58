/** Texts of the speaking queue. */
export const floor = {
  raiseHand: 'Xin phát biểu',
  lowerHand: 'Thôi xin phát biểu',
  asking: (count: number) => `${count} người xin phát biểu`,
  handAt: (place: number) => `xin phát biểu, thứ tự ${place}`,
  yourPlace: (place: number) => `Thứ tự phát biểu: ${place}`,
}

/** What people are told of it when it happens. */
export const floorNews = {
  handLowered: (by: string) => `${by} đã ghi nhận và hạ tay của đại biểu.`,
  handRaised: (name: string) => `${name} xin phát biểu.`,
}

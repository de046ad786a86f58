/** Texts of the panel of hands. */
export const hands = {
  hands: 'Phát biểu',
  handRaised: 'xin phát biểu',
  noHands: 'Chưa có ai xin phát biểu',
  noHandsHint: 'Người xin phát biểu được xếp theo thứ tự xin.',
  give: 'Mời phát biểu',
  lowerOne: 'Hạ tay',
}

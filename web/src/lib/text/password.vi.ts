/** What a new password has to be, and why one is not taken. */
export const passwordTexts = {
  hint: (length: number, kinds: number) =>
    `Từ ${length} ký tự trở lên${kinds > 1 ? `, có ít nhất ${kinds} trong 4 loại: chữ thường, chữ hoa, chữ số, ký hiệu` : ''}. Một câu dài dễ nhớ là tốt nhất; không dùng tên mình, tên cơ quan hay dãy phím liền nhau.`,
  refused: {
    short: (length: number) => `Mật khẩu cần từ ${length} ký tự trở lên.`,
    kinds: (_: number, kinds: number) =>
      `Mật khẩu cần ít nhất ${kinds} trong 4 loại: chữ thường, chữ hoa, chữ số, ký hiệu.`,
    personal: () =>
      'Mật khẩu này ghép từ họ tên, thư điện tử hoặc tên đơn vị nên dễ đoán. Xin chọn một câu khác.',
    common: () => 'Mật khẩu này phổ biến nên dễ đoán. Xin chọn một câu dài chỉ mình biết.',
  },
}

/** What another language has to provide. */
export type PasswordMessages = typeof passwordTexts

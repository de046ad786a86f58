/** Texts of saying again who one is. */
export const confirmation = {
  title: 'Xác nhận lại danh tính',
  lead: 'Đã lâu từ lần nhập mật khẩu trước. Xin xác nhận để tiếp tục việc đang làm; nội dung đã nhập vẫn được giữ.',
  password: 'Mật khẩu',
  passwordWrong: 'Mật khẩu chưa đúng.',
  passwordNeeded: 'Xin nhập mật khẩu.',
  code: 'Mã xác thực',
  codeHint: 'Mã đang hiện trên ứng dụng xác thực, hoặc một mã dự phòng.',
  codeWrong: 'Mã chưa đúng, đã hết hạn hoặc đã dùng rồi.',
  codeNeeded: 'Xin nhập mã xác thực.',
  byCode: 'Dùng mã xác thực',
  byPassword: 'Dùng mật khẩu',
  submit: 'Xác nhận',
}

/** What another language has to provide. */
export type ConfirmationMessages = typeof confirmation

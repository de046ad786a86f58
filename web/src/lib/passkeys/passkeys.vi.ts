/** Texts of passkeys. */
export const passkeys = {
  use: 'Dùng khóa truy cập',
  cancelled: 'Chưa dùng được khóa nào. Xin thử lại, hoặc dùng cách khác.',
  refused: 'Hệ thống không nhận khóa này. Xin thử lại, hoặc dùng cách khác.',
  title: 'Khóa truy cập',
  text: 'Mở bằng vân tay, khuôn mặt hoặc mã khóa máy của chính thiết bị; cũng có thể là một khóa bảo mật cắm vào máy. Không cần nhập mật khẩu và mã, và không bị lừa bởi trang giả.',
  name: 'Tên gợi nhớ',
  nameHint: 'Ví dụ: Máy tính cơ quan, Điện thoại riêng.',
  nameNeeded: 'Xin đặt tên để phân biệt với khóa khác.',
  add: 'Thêm khóa truy cập',
  known: 'Thiết bị này đã có khóa của tài khoản.',
  notMade: 'Thiết bị chưa tạo được khóa. Xin thử lại.',
  made: (day: string) => `Tạo ngày ${day}`,
  used: (when: string) => `dùng ${when}`,
  neverUsed: 'chưa dùng lần nào',
  rename: 'Đổi tên',
  renameOf: (name: string) => `Đổi tên khóa ${name}`,
  save: 'Lưu tên',
  remove: 'Gỡ',
  removeOf: (name: string) => `Gỡ khóa ${name}`,
  insecure:
    'Trình duyệt chỉ cho dùng khóa truy cập khi trang được mở bằng địa chỉ https chính thức của hệ thống. Ở địa chỉ này xin dùng ứng dụng xác thực.',
}

/** What another language has to provide. */
export type PasskeyMessages = typeof passkeys

/** Texts of signing in. */
export const login = {
  title: 'Đăng nhập',
  lead: 'Dùng tài khoản công vụ để dự và tổ chức cuộc họp.',
  email: 'Thư điện tử công vụ',
  password: 'Mật khẩu',
  submit: 'Đăng nhập',
  wrong: 'Thư điện tử hoặc mật khẩu chưa đúng.',
  wrongThen: 'Xin nhập lại. Nếu quên mật khẩu, đề nghị quản trị hệ thống cấp đường dẫn đặt mật khẩu mới.',
  idled: 'Phiên trước đã kết thúc vì lâu không được dùng.',
  idledThen: 'Đăng nhập xong sẽ trở lại trang đang xem.',
  emailNeeded: 'Xin nhập địa chỉ thư điện tử đầy đủ, ví dụ an@donvi.gov.vn.',
  passwordNeeded: 'Xin nhập mật khẩu.',
  guestHint: 'Khách mời và phòng họp điểm cầu vào thẳng bằng đường dẫn được cấp, không cần tài khoản.',
}

/** What another language has to provide. */
export type LoginMessages = typeof login

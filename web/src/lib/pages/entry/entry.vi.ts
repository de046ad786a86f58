/** Texts of the pages before the office: signing in, setting up, join links. */
export const entry = {
  signIn: {
    title: 'Đăng nhập',
    lead: 'Dùng tài khoản công vụ để dự và tổ chức cuộc họp.',
    email: 'Thư điện tử công vụ',
    password: 'Mật khẩu',
    showPassword: 'Hiện mật khẩu',
    hidePassword: 'Ẩn mật khẩu',
    submit: 'Đăng nhập',
    wrong: 'Thư điện tử hoặc mật khẩu chưa đúng.',
    wrongThen: 'Xin nhập lại. Nếu quên mật khẩu, đề nghị quản trị hệ thống cấp đường dẫn đặt mật khẩu mới.',
    emailNeeded: 'Xin nhập địa chỉ thư điện tử đầy đủ, ví dụ an@donvi.gov.vn.',
    passwordNeeded: 'Xin nhập mật khẩu.',
    guestHint:
      'Khách mời và phòng họp điểm cầu vào thẳng bằng đường dẫn trong giấy mời, không cần tài khoản.',
  },
  setup: {
    titleFirst: 'Tạo tài khoản quản trị đầu tiên',
    leadFirst: 'Tài khoản này quản lý đơn vị, cán bộ và điểm cầu. Đường dẫn chỉ dùng được một lần.',
    title: 'Đặt mật khẩu',
    lead: (name: string) =>
      `Xin chào ${name}. Đặt mật khẩu để bắt đầu dùng hệ thống; đường dẫn chỉ dùng được một lần.`,
    name: 'Họ và tên',
    nameNeeded: 'Xin nhập họ và tên.',
    passwordHint: 'Từ 12 ký tự trở lên; một câu dài dễ nhớ là tốt nhất.',
    passwordShort: 'Mật khẩu cần từ 12 ký tự trở lên.',
    repeat: 'Nhập lại mật khẩu',
    repeatWrong: 'Hai lần nhập chưa giống nhau.',
    submit: 'Lưu và vào hệ thống',
  },
  join: {
    title: 'Vào cuộc họp bằng đường dẫn',
    ready: 'Đường dẫn hợp lệ.',
    confirm: 'Bấm Tiếp tục để vào phòng chờ của cuộc họp.',
    signedIn: (name: string) =>
      `Trình duyệt này đang đăng nhập tài khoản ${name}. Đường dẫn sẽ được dùng thay cho tài khoản trong cuộc họp.`,
    proceed: 'Tiếp tục',
    failed: 'Không vào được bằng đường dẫn này',
    askSecretary: 'Xin liên hệ thư ký cuộc họp để nhận đường dẫn mới.',
    toSignIn: 'Đăng nhập bằng tài khoản',
  },
  language: 'Ngôn ngữ',
}

/** What another language's entry texts have to provide. */
export type EntryMessages = typeof entry

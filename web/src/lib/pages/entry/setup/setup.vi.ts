import { passwordTexts } from '#web/text/password.vi.ts'

/** Texts of setting a password by link, and of the first administrator. */
export const setup = {
  titleFirst: 'Tạo tài khoản quản trị đầu tiên',
  leadFirst: 'Tài khoản này quản lý đơn vị, cán bộ và điểm cầu. Đường dẫn chỉ dùng được một lần.',
  title: 'Đặt mật khẩu',
  lead: (name: string) =>
    `Xin chào ${name}. Đặt mật khẩu để bắt đầu dùng hệ thống; đường dẫn chỉ dùng được một lần.`,
  confirm: 'Bấm Tiếp tục để đặt mật khẩu.',
  proceed: 'Tiếp tục',
  failed: 'Đường dẫn này không dùng được',
  askAdministrator: 'Xin liên hệ quản trị hệ thống để nhận đường dẫn mới.',
  until: (moment: string) => `Đường dẫn hết hạn lúc ${moment}.`,
  name: 'Họ và tên',
  nameNeeded: 'Xin nhập họ và tên.',
  rules: passwordTexts,
  repeat: 'Nhập lại mật khẩu',
  repeatWrong: 'Hai lần nhập chưa giống nhau.',
  requireFactor: 'Quản trị viên và thư ký phải xác thực hai lớp',
  requireFactorHint:
    'Nên chọn. Tài khoản này thiết lập ngay sau đây, bằng ứng dụng xác thực trên điện thoại hoặc khóa truy cập; đổi được trong Quy định.',
  submit: 'Lưu và vào hệ thống',
}

/** What another language has to provide. */
export type SetupMessages = typeof setup

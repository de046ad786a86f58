import { officeRoles, unitRoles } from '#web/text/names.vi.ts'
import { passwordTexts } from '#web/text/password.vi.ts'

/** Texts of one's own account. */
export const account = {
  title: 'Tài khoản',
  units: 'Đơn vị và chức vụ',
  noUnits: 'Chưa thuộc đơn vị nào.',
  unitRoles,
  administrator: officeRoles.system_admin,
  officeRoles,
  contact: 'Thông tin liên hệ',
  contactText:
    'Số điện thoại chỉ hiện với người được xem thư điện tử: thư ký, quản trị của đơn vị và quản trị hệ thống. Họ tên, thư điện tử, chức vụ sai xin báo quản trị đơn vị sửa.',
  phone: 'Điện thoại',
  phoneWrong: 'Số điện thoại gồm 3 đến 15 chữ số, ví dụ 0912 345 678.',
  contactSave: 'Lưu số điện thoại',
  contactSaved: 'Đã lưu số điện thoại.',
  display: 'Hiển thị',
  language: 'Ngôn ngữ',
  theme: 'Giao diện',
  themes: { system: 'Theo thiết bị', light: 'Sáng', dark: 'Tối' },
  password: 'Đổi mật khẩu',
  current: 'Mật khẩu hiện tại',
  next: 'Mật khẩu mới',
  rules: passwordTexts,
  repeat: 'Nhập lại mật khẩu mới',
  change: 'Đổi mật khẩu',
  changed: 'Đã đổi mật khẩu. Các phiên khác đã kết thúc.',
  currentWrong: 'Mật khẩu hiện tại chưa đúng.',
  notSame: 'Hai lần nhập chưa giống nhau.',
  secondFactor: 'Xác thực hai lớp',
  secondFactorOn: 'Đang bật',
  secondFactorOff: 'Chưa bật',
  secondFactorText:
    'Thêm một mã trên điện thoại khi đăng nhập, để người khác biết mật khẩu cũng không vào được.',
  secondFactorFewCodes: (count: number) =>
    count > 0
      ? `Chỉ còn ${count} mã dự phòng. Nên tạo mã mới.`
      : 'Không còn mã dự phòng nào dùng được. Xin tạo mã mới.',
  secondFactorSetUp: 'Thiết lập',
  secondFactorChange: 'Xem và thay đổi',
  personalData: 'Dữ liệu cá nhân',
  personalDataText:
    'Mọi thông tin hệ thống lưu về tôi: tài khoản, đơn vị, vai trò, phiên đăng nhập, cuộc họp, phát biểu, trao đổi, nhật ký. Thông tin sai xin báo quản trị đơn vị sửa; hồ sơ cuộc họp đã lập giữ tên và chức vụ tại thời điểm đó.',
  personalDataRead: 'Xem và in',
  personalDataGet: 'Tải dữ liệu (JSON)',
  sessions: 'Phiên đăng nhập',
  sessionsText: 'Nếu thấy thiết bị lạ, xin kết thúc phiên đó và đổi mật khẩu.',
  thisSession: 'Phiên này',
  seen: (text: string) => `Hoạt động ${text}`,
  from: (address: string) => `từ ${address}`,
  revoke: 'Kết thúc',
  revokeOf: (device: string) => `Kết thúc phiên trên ${device}`,
  revoked: 'Đã kết thúc phiên.',
  unknownDevice: 'Thiết bị chưa rõ',
}

/** What another language has to provide. */
export type AccountMessages = typeof account

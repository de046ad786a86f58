import { siteRoles } from '#web/text/names.vi.ts'
import type { UnitLevel } from '#contract/meeting.ts'

const levelNames = { city: 'sở, cơ quan Thành phố', district: 'quận, huyện, thị xã', commune: 'xã, phường' }
const unitsOf = (level: UnitLevel, kind: string | null): string => kind ?? levelNames[level]

/** Texts of the form that plans a meeting. */
export const plan = {
  titleNew: 'Lên lịch họp',
  titleEdit: 'Sửa kế hoạch họp',
  sections: {
    basics: 'Nội dung chính',
    time: 'Thời gian, địa điểm',
    people: 'Thành phần',
    sites: 'Điểm cầu và đơn vị',
    agenda: 'Chương trình',
    rules: 'Ghi hình và cam kết',
  },
  unit: 'Đơn vị tổ chức',
  kind: 'Loại cuộc họp',
  title: 'Tên cuộc họp',
  titleHint: 'Ví dụ: Họp giao ban công tác tháng 11',
  description: 'Mục đích, yêu cầu',
  date: 'Ngày',
  calendar: 'Mở lịch',
  from: 'Bắt đầu',
  to: 'Kết thúc',
  endDate: 'Ngày kết thúc',
  severalDays: 'Kéo dài sang ngày khác',
  place: 'Địa điểm',
  placeHint: 'Phòng họp của điểm cầu trung tâm; để trống nếu họp hoàn toàn trực tuyến.',
  chair: 'Chủ trì',
  secretary: 'Thư ký',
  change: 'Đổi',
  people: 'Đại biểu và cán bộ kỹ thuật',
  addPerson: 'Thêm người có tài khoản',
  findPerson: 'Tìm theo tên hoặc đơn vị',
  role: (name: string) => `Vai trò của ${name}`,
  guests: 'Khách mời không có tài khoản',
  addGuest: 'Thêm khách mời',
  guestName: 'Họ và tên',
  guestPosition: 'Chức vụ',
  guestUnit: 'Cơ quan',
  removeGuest: 'Bỏ khách mời này',
  sites: 'Điểm cầu',
  addSite: 'Thêm điểm cầu',
  findSite: 'Tìm điểm cầu, hoặc của tất cả xã, phường',
  siteRoles,
  siteRole: (name: string) => `Vai trò của ${name}`,
  units: 'Đơn vị được mời',
  addUnit: 'Thêm đơn vị',
  findUnits: 'Tìm đơn vị hoặc tất cả xã, phường',
  groups: {
    all: (level: UnitLevel, kind: string | null, count: number) => `Tất cả ${count} ${unitsOf(level, kind)}`,
    sites: (level: UnitLevel, kind: string | null, sites: number, units: number) =>
      `${sites === units ? 'Điểm cầu' : `${sites} điểm cầu của`} ${units} ${unitsOf(level, kind)}`,
    except: (names: string[], what: 'units' | 'sites') =>
      names.length <= 4
        ? `trừ ${names.join(', ')}`
        : `trừ ${names.slice(0, 3).join(', ')} và ${names.length - 3} ${{ units: 'đơn vị', sites: 'điểm cầu' }[what]} khác`,
    centre: (name: string) => `trung tâm: ${name}`,
    lacking: (level: UnitLevel, kind: string | null, count: number) =>
      `${count} ${unitsOf(level, kind)} chưa có điểm cầu`,
    open: 'Xem, trừ bớt',
    close: 'Thu gọn',
    find: 'Tìm trong nhóm',
    count: (chosen: number, all: number) => `Mời ${chosen}/${all}`,
    chooseCentre: 'Điểm cầu trung tâm',
    noCentre: 'Không thuộc nhóm này',
    addInvited: (count: number) => `Thêm ${count} điểm cầu của đơn vị được mời`,
  },
  agenda: 'Chương trình',
  item: (number: number) => `Nội dung ${number}`,
  itemTitle: 'Nội dung',
  presenter: 'Người trình bày',
  minutes: 'Phút',
  addItem: 'Thêm nội dung',
  up: 'Đưa lên',
  down: 'Đưa xuống',
  removeItem: 'Bỏ nội dung này',
  moved: (title: string, position: number) => `${title || 'Nội dung'} ở vị trí ${position}`,
  agendaTotal: (text: string) => `Tổng thời gian chương trình: ${text}`,
  recording: 'Dự kiến ghi hình, ghi âm',
  recordingHint:
    'Người dự được thông báo trước khi vào. Chủ trì quyết định việc ghi trong cuộc họp (QĐ 45/2018).',
  unclassified: 'Tôi cam đoan cuộc họp và tài liệu không có nội dung bí mật nhà nước',
  unclassifiedHint: 'Nội dung bí mật nhà nước không được họp trên hệ thống này (Luật 117/2025/QH15).',
  overrideReason: 'Lý do mời gấp',
  overrideHint: 'Được ghi vào kế hoạch và nhật ký hệ thống.',
  saveDraft: 'Lưu dự thảo',
  schedule: 'Lên lịch và mời',
  saveChanges: 'Lưu thay đổi',
  discard: 'Bỏ thay đổi',
  removed: (name: string) => `Đã bỏ ${name}.`,
  undo: 'Hoàn tác',
  unsaved: 'Có thay đổi chưa lưu. Rời trang này?',
  restored: 'Nội dung đang soạn dở trên máy này đã được khôi phục.',
  startAfresh: 'Bỏ, soạn mới',
  checks: 'Đối chiếu quy định',
  checking: 'Đang đối chiếu',
  checksFine: 'Không có điểm nào cần lưu ý.',
  warnings: {
    short_notice: (neededDays: number, source: string) =>
      `Không còn đủ ${neededDays} ngày làm việc để gửi giấy mời trước cuộc họp${source && ` (${source})`}. Xin ghi lý do mời gấp.`,
    too_long: (longest: string, source: string) =>
      `Dài hơn mức ${longest} cho loại cuộc họp này${source && ` (${source})`}.`,
    agendaOver: (over: string) => `Chương trình dài hơn thời gian đã đặt ${over}.`,
    clash: (name: string) => `${name} đã có cuộc họp khác vào thời gian này.`,
    more_clashes: (shown: number) => `Chỉ nêu ${shown} trường hợp trùng lịch; còn những trường hợp khác.`,
    unchecked: (people: number, sites: number) =>
      `Chưa đối chiếu lịch của ${[people > 0 ? `${people} người` : '', sites > 0 ? `${sites} điểm cầu` : '']
        .filter(Boolean)
        .join(' và ')}, do thuộc đơn vị mà anh/chị không tra được lịch bận.`,
  },
  invalid: {
    unitId: 'Xin chọn đơn vị tổ chức.',
    title: 'Xin nhập tên cuộc họp.',
    startsAtMs: 'Xin nhập ngày và giờ bắt đầu.',
    day: 'Xin nhập ngày, ví dụ 23/11/2026.',
    time: 'Xin nhập giờ, ví dụ 14:30.',
    endsAtMs: 'Giờ kết thúc phải sau giờ bắt đầu.',
    chairUserId: 'Xin chọn người chủ trì.',
    secretaryUserId: 'Xin chọn thư ký.',
    sameChair: 'Chủ trì và thư ký phải là hai người.',
    guests: 'Khách mời cần có họ và tên.',
    agenda: 'Mỗi nội dung cần có tên.',
    isDeclaredUnclassified: 'Cần cam đoan trước khi lên lịch.',
    overrideReason: 'Xin ghi lý do mời gấp.',
    summary: (count: number) => `Còn ${count} chỗ cần bổ sung.`,
  },
  refusedField: (field: string) => `Mục “${field}” chưa lưu được.`,
  refusedUnit: (field: string, name: string) =>
    `${field}: ${name} không có vào ngày họp (đơn vị đã sắp xếp lại). Xin bỏ hoặc chọn lại.`,
  refusedPerson: (field: string, name: string) =>
    `${field}: ${name} không còn tài khoản đang hoạt động. Xin bỏ hoặc chọn người khác.`,
  conflict: {
    title: 'Người khác vừa sửa kế hoạch này',
    text: 'Nội dung đang nhập vẫn được giữ ở đây. Có thể mở bản mới ở trang khác để so sánh, rồi lưu đè hoặc bỏ phần đang nhập.',
    compare: 'Mở bản mới',
    overwrite: 'Lưu đè bằng nội dung này',
    discard: 'Bỏ, dùng bản mới',
  },
}

/** What another language's plan texts have to provide. */
export type PlanMessages = typeof plan

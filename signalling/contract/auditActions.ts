/** What the audit log tells of, as it is called in Vietnamese on paper and on pages; a test holds the sources to it. */
export const auditActions = {
  'administrator.created': 'Tạo quản trị viên đầu tiên',
  'attendance.exported': 'Tải danh sách điểm danh',
  'audit.exported': 'Tải nhật ký kiểm tra',
  'audit.keyed': 'Đổi khóa nhật ký kiểm tra',
  'audit.verified': 'Kiểm tra chuỗi nhật ký',
  'call.endAsked': 'Yêu cầu kết thúc cuộc họp từ văn phòng',
  'call.ended': 'Kết thúc cuộc họp',
  'call.endedAsForgotten': 'Hệ thống kết thúc cuộc họp bị quên',
  'call.endedFromOffice': 'Kết thúc cuộc họp từ văn phòng',
  'call.joined': 'Vào cuộc họp',
  'call.reopenAsked': 'Yêu cầu mở lại cuộc họp',
  'call.reopened': 'Mở lại cuộc họp',
  'invitation.answered': 'Trả lời giấy mời',
  'joinLink.created': 'Tạo đường dẫn tham gia',
  'joinLink.opened': 'Mở đường dẫn tham gia',
  'joinLink.revoked': 'Thu hồi đường dẫn tham gia',
  'meeting.cancelled': 'Hủy cuộc họp',
  'meeting.created': 'Lên lịch cuộc họp',
  'meeting.deleted': 'Xóa kế hoạch cuộc họp',
  'meeting.updated': 'Sửa kế hoạch cuộc họp',
  'minutes.approved': 'Duyệt biên bản',
  'minutes.downloaded': 'Tải biên bản',
  'minutes.drafted': 'Lập dự thảo biên bản',
  'minutes.numbered': 'Cấp số biên bản',
  'minutes.published': 'Công bố biên bản',
  'minutes.recalled': 'Thu hồi biên bản đã trình',
  'minutes.returned': 'Trả lại biên bản',
  'minutes.saved': 'Sửa biên bản',
  'minutes.submitted': 'Trình duyệt biên bản',
  'participant.removed': 'Mời người ra khỏi cuộc họp',
  'password.changed': 'Đổi mật khẩu',
  'password.set': 'Đặt mật khẩu',
  'person.changed': 'Sửa thông tin cán bộ',
  'person.created': 'Thêm cán bộ',
  'person.disabled': 'Khóa tài khoản',
  'person.enabled': 'Mở khóa tài khoản',
  'person.exported': 'Tải dữ liệu cá nhân',
  'presence.marked': 'Đánh dấu có mặt',
  'recording.opened': 'Xem bản ghi',
  'recording.proposed': 'Đề nghị ghi cuộc họp',
  'recording.retried': 'Dựng lại bản ghi',
  'recording.started': 'Bắt đầu ghi cuộc họp',
  'recording.stopped': 'Dừng ghi cuộc họp',
  'recoveryCodes.made': 'Tạo mã khôi phục',
  'role.changed': 'Đổi vai trò trong đơn vị',
  'role.given': 'Giao vai trò',
  'role.withdrawn': 'Thôi giao vai trò',
  'schedule.asked': 'Hỏi lịch bận',
  'secondFactor.added': 'Thêm bước xác thực thứ hai',
  'secondFactor.given': 'Xác thực bước thứ hai',
  'secondFactor.removed': 'Bỏ bước xác thực thứ hai',
  'secondFactor.reset': 'Đặt lại bước xác thực thứ hai',
  'session.ended': 'Đăng xuất',
  'session.refused': 'Đăng nhập không thành công',
  'session.revoked': 'Thu hồi phiên đăng nhập',
  'session.started': 'Đăng nhập',
  'setting.changed': 'Đổi quy định',
  'setupLink.created': 'Tạo đường dẫn đặt mật khẩu',
  'site.changed': 'Sửa điểm cầu',
  'site.created': 'Thêm điểm cầu',
  'trustedDevices.forgotten': 'Bỏ các thiết bị tin cậy',
  'unit.corrected': 'Sửa đơn vị',
} as const
export type AuditAction = keyof typeof auditActions

/** The kinds of what is told of: an action's first word. */
export const auditGroups = [
  'session',
  'account',
  'people',
  'meeting',
  'call',
  'recording',
  'minutes',
  'administration',
  'audit',
] as const
export type AuditGroup = (typeof auditGroups)[number]

const groupOfNoun: Record<string, AuditGroup> = {
  session: 'session',
  password: 'account',
  secondFactor: 'account',
  recoveryCodes: 'account',
  trustedDevices: 'account',
  setupLink: 'account',
  administrator: 'people',
  person: 'people',
  role: 'people',
  meeting: 'meeting',
  invitation: 'meeting',
  schedule: 'meeting',
  joinLink: 'meeting',
  attendance: 'meeting',
  call: 'call',
  participant: 'call',
  presence: 'call',
  recording: 'recording',
  minutes: 'minutes',
  setting: 'administration',
  site: 'administration',
  unit: 'administration',
  audit: 'audit',
}

/** The group of an action, null for one that is not known here. */
export function auditGroupOf(action: string): AuditGroup | null {
  return groupOfNoun[action.split('.')[0] ?? ''] ?? null
}

/** What an action is called; itself when it is of another release. */
export function auditActionName(action: string): string {
  const names: Record<string, string> = auditActions
  return Object.hasOwn(names, action) ? (names[action] ?? action) : action
}

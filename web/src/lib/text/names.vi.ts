import type { BodyKind, BodyOffice } from '#contract/bodies.ts'
import type { InvitationResponse, UnitLevel, UnitRole } from '#contract/meeting.ts'
import type { OfficeRole } from '#contract/officeRole.ts'

/** What the members of closed sets are called, on pages and in the log alike. */
export const unitRoles = {
  secretary: 'Thư ký, văn phòng',
  official: 'Cán bộ',
} satisfies Record<UnitRole, string>

export const officeRoles = {
  system_admin: 'Quản trị hệ thống',
  auditor: 'Kiểm tra, giám sát',
  unit_admin: 'Quản trị đơn vị',
  clerk: 'Văn thư',
  technician: 'Cán bộ kỹ thuật',
} satisfies Record<OfficeRole, string>

export const unitLevels = {
  city: 'Cấp thành phố',
  district: 'Cấp huyện',
  commune: 'Cấp xã',
} satisfies Record<UnitLevel, string>

export const siteRoles = { central: 'Trung tâm', member: 'Thành phần' }

export const responses = {
  pending: 'Chưa trả lời',
  accepted: 'Dự họp',
  declined: 'Báo vắng',
} satisfies Record<InvitationResponse, string>

export const bodyKinds = {
  council: 'Hội đồng nhân dân',
  standing: 'Thường trực HĐND',
  council_committee: 'Ban của HĐND',
  people_committee: 'Ủy ban nhân dân',
  review_group: 'Tổ thẩm tra',
  other: 'Khác',
} satisfies Record<BodyKind, string>

export const bodyOffices = {
  chair: 'Chủ tịch',
  head: 'Trưởng ban, tổ trưởng',
  deputy_chair: 'Phó Chủ tịch',
  deputy_head: 'Phó Trưởng ban, tổ phó',
  secretary: 'Thư ký',
  member: 'Ủy viên',
} satisfies Record<BodyOffice, string>

import type { MeetingKind, MeetingStatus, UnitRole } from '#contract/meeting.ts'

// Every person and every meeting here is invented. Units are real, and what is told of them is not.

/** A unit of the seed by its code and first day. */
const office = 'unit-vp-20250301'
const interior = 'unit-snv-20250301'
const science = 'unit-skhcn-20250301'
const city = 'unit-01-20080801'
const hoanKiem = 'unit-00070-20250701'
const baDinh = 'unit-00004-20250701'
const haDong = 'unit-09556-20250701'
const dongAnh = 'unit-00454-20250701'
const baVi = 'unit-09700-20250701'
const districtBaDinh = 'unit-001-20080801'
const districtDongAnh = 'unit-017-20080801'

/** Invented officials: name, unit, role there, position. The first administers the system. */
export const samplePeople: readonly { name: string; unitId: string; role: UnitRole; position: string }[] = [
  { name: 'Vũ Minh Quân', unitId: office, role: 'official', position: 'Quản trị hệ thống (mẫu)' },
  { name: 'Trần Thị Thu Hương', unitId: office, role: 'secretary', position: 'Chuyên viên tổng hợp' },
  { name: 'Nguyễn Văn Hải', unitId: city, role: 'official', position: 'Lãnh đạo (mẫu)' },
  { name: 'Lê Thị Thanh Hà', unitId: city, role: 'secretary', position: 'Thư ký' },
  { name: 'Phạm Quang Vinh', unitId: interior, role: 'official', position: 'Trưởng phòng' },
  { name: 'Hoàng Thị Lan', unitId: interior, role: 'secretary', position: 'Văn thư' },
  { name: 'Đặng Công Sơn', unitId: science, role: 'official', position: 'Trưởng phòng' },
  { name: 'Bùi Thị Mai', unitId: science, role: 'secretary', position: 'Văn thư' },
  { name: 'Đỗ Văn Hùng', unitId: hoanKiem, role: 'official', position: 'Lãnh đạo (mẫu)' },
  { name: 'Hồ Thị Ngọc', unitId: hoanKiem, role: 'secretary', position: 'Văn phòng – Thống kê' },
  { name: 'Ngô Đình Bách', unitId: baDinh, role: 'official', position: 'Lãnh đạo (mẫu)' },
  { name: 'Dương Thị Loan', unitId: haDong, role: 'official', position: 'Lãnh đạo (mẫu)' },
  { name: 'Lý Văn Long', unitId: dongAnh, role: 'official', position: 'Lãnh đạo (mẫu)' },
  { name: 'Đinh Thị Tâm', unitId: baVi, role: 'official', position: 'Lãnh đạo (mẫu)' },
]

/** Invented rooms: unit, name, place. */
export const sampleSites: readonly { unitId: string; name: string; location: string }[] = [
  { unitId: office, name: 'Điểm cầu Trung tâm', location: 'Phòng họp lớn' },
  { unitId: science, name: 'Phòng họp trực tuyến', location: 'Tầng 3' },
  { unitId: hoanKiem, name: 'Hội trường', location: 'Tầng 2' },
  { unitId: baDinh, name: 'Phòng họp số 1', location: 'Tầng 1' },
  { unitId: haDong, name: 'Hội trường', location: 'Tầng 2' },
  { unitId: dongAnh, name: 'Phòng họp trực tuyến', location: 'Tầng 1' },
  { unitId: baVi, name: 'Phòng họp trực tuyến', location: 'Tầng 1' },
  { unitId: districtBaDinh, name: 'Phòng họp quận (cũ)', location: '' },
  { unitId: districtDongAnh, name: 'Phòng họp huyện (cũ)', location: '' },
]

/** A meeting by its place in time: working hour `startHour` of the day `day` days from today, or of a `date`. */
export interface SampleMeeting {
  title: string
  kind: MeetingKind
  unitId: string
  at: { day: number } | { date: string }
  startHour: number
  hours: number
  status: MeetingStatus
  /** Members of these units come, and the units' sites. */
  with: readonly string[]
  agenda: readonly string[]
}

const communes = [hoanKiem, baDinh, haDong, dongAnh, baVi]
const departments = [interior, science]
const districts = [districtBaDinh, districtDongAnh]
const usual = ['Báo cáo tình hình', 'Thảo luận', 'Kết luận']

/** Meetings of all kinds and states, in both eras. */
export const sampleMeetings: readonly SampleMeeting[] = [
  {
    title: 'Họp giao ban đầu tuần',
    kind: 'briefing',
    unitId: office,
    at: { day: 0 },
    startHour: 8,
    hours: 2,
    status: 'scheduled',
    with: departments,
    agenda: usual,
  },
  {
    title: 'Giao ban trực tuyến với các xã, phường',
    kind: 'briefing',
    unitId: city,
    at: { day: 0 },
    startHour: 14,
    hours: 3,
    status: 'scheduled',
    with: [office, ...communes],
    agenda: ['Tiến độ công việc', 'Khó khăn, vướng mắc', 'Kết luận'],
  },
  {
    title: 'Giải quyết hồ sơ tồn đọng',
    kind: 'work',
    unitId: hoanKiem,
    at: { day: 1 },
    startHour: 9,
    hours: 2,
    status: 'scheduled',
    with: [interior],
    agenda: usual,
  },
  {
    title: 'Tham mưu kế hoạch chuyển đổi số',
    kind: 'advisory',
    unitId: science,
    at: { day: 1 },
    startHour: 14,
    hours: 2,
    status: 'scheduled',
    with: [office, interior],
    agenda: ['Trình bày dự thảo', 'Góp ý'],
  },
  {
    title: 'Điều phối vệ sinh môi trường liên phường',
    kind: 'coordination',
    unitId: city,
    at: { day: 2 },
    startHour: 8,
    hours: 3,
    status: 'scheduled',
    with: [hoanKiem, baDinh, haDong],
    agenda: usual,
  },
  {
    title: 'Họp chuyên môn về lưu trữ điện tử',
    kind: 'professional',
    unitId: interior,
    at: { day: 3 },
    startHour: 8,
    hours: 7,
    status: 'scheduled',
    with: [office, science],
    agenda: ['Quy trình mới', 'Trao đổi nghiệp vụ'],
  },
  {
    title: 'Tập huấn phòng họp không giấy',
    kind: 'training',
    unitId: science,
    at: { day: 8 },
    startHour: 8,
    hours: 8,
    status: 'scheduled',
    with: communes,
    agenda: ['Giới thiệu', 'Thực hành', 'Hỏi đáp'],
  },
  {
    title: 'Phiên họp UBND thường kỳ',
    kind: 'committee_sitting',
    unitId: city,
    at: { day: 9 },
    startHour: 8,
    hours: 8,
    status: 'scheduled',
    with: [office, ...departments],
    agenda: ['Các tờ trình', 'Biểu quyết', 'Kết luận'],
  },
  {
    title: 'Hội nghị trực tuyến toàn thành phố',
    kind: 'city_conference',
    unitId: city,
    at: { day: 14 },
    startHour: 8,
    hours: 4,
    status: 'scheduled',
    with: [office, ...departments, ...communes],
    agenda: ['Khai mạc', 'Báo cáo chuyên đề', 'Tham luận', 'Bế mạc'],
  },
  {
    title: 'Kỳ họp HĐND cuối năm',
    kind: 'council_session',
    unitId: city,
    at: { day: 17 },
    startHour: 8,
    hours: 8,
    status: 'draft',
    with: [office, ...communes],
    agenda: ['Khai mạc', 'Chất vấn', 'Thông qua nghị quyết'],
  },
  {
    title: 'Sơ kết công tác năm',
    kind: 'review',
    unitId: hoanKiem,
    at: { day: 20 },
    startHour: 14,
    hours: 3,
    status: 'draft',
    with: [],
    agenda: usual,
  },
  {
    title: 'Chuyên đề an toàn thông tin',
    kind: 'thematic',
    unitId: science,
    at: { day: 21 },
    startHour: 8,
    hours: 4,
    status: 'draft',
    with: departments,
    agenda: ['Thực trạng', 'Giải pháp'],
  },
  {
    title: 'Giao ban đột xuất về mưa lớn',
    kind: 'briefing',
    unitId: city,
    at: { day: 4 },
    startHour: 16,
    hours: 1,
    status: 'cancelled',
    with: communes,
    agenda: usual,
  },
  {
    title: 'Họp điều phối lễ hội',
    kind: 'coordination',
    unitId: office,
    at: { day: -6 },
    startHour: 9,
    hours: 2,
    status: 'cancelled',
    with: [hoanKiem],
    agenda: usual,
  },
  {
    title: 'Giao ban tuần trước',
    kind: 'briefing',
    unitId: office,
    at: { day: -7 },
    startHour: 8,
    hours: 2,
    status: 'ended',
    with: departments,
    agenda: usual,
  },
  {
    title: 'Giải quyết kiến nghị của tổ dân phố',
    kind: 'work',
    unitId: hoanKiem,
    at: { day: -2 },
    startHour: 14,
    hours: 2,
    status: 'ended',
    with: [],
    agenda: usual,
  },
  {
    title: 'Góp ý dự thảo quy chế họp trực tuyến',
    kind: 'advisory',
    unitId: science,
    at: { day: -9 },
    startHour: 8,
    hours: 3,
    status: 'ended',
    with: [office, interior],
    agenda: ['Trình bày dự thảo', 'Góp ý', 'Kết luận'],
  },
  {
    title: 'Sơ kết sáu tháng mô hình hai cấp',
    kind: 'review',
    unitId: city,
    at: { date: '2026-01-14' },
    startHour: 8,
    hours: 7,
    status: 'ended',
    with: [office, ...departments, ...communes],
    agenda: ['Báo cáo', 'Tham luận', 'Kết luận'],
  },
  {
    title: 'Tập huấn nghiệp vụ cho xã, phường mới',
    kind: 'training',
    unitId: interior,
    at: { date: '2025-07-15' },
    startHour: 8,
    hours: 8,
    status: 'ended',
    with: communes,
    agenda: ['Quy định mới', 'Hỏi đáp'],
  },
  {
    title: 'Chuyên đề dữ liệu dùng chung',
    kind: 'thematic',
    unitId: science,
    at: { date: '2025-10-08' },
    startHour: 14,
    hours: 3,
    status: 'ended',
    with: [office, interior],
    agenda: usual,
  },
  {
    title: 'Phiên họp UBND thường kỳ tháng 10',
    kind: 'committee_sitting',
    unitId: city,
    at: { day: -25 },
    startHour: 8,
    hours: 6,
    status: 'ended',
    with: [office, ...departments],
    agenda: ['Các tờ trình', 'Kết luận'],
  },
  {
    title: 'Giao ban với các quận, huyện',
    kind: 'briefing',
    unitId: city,
    at: { date: '2024-05-13' },
    startHour: 8,
    hours: 3,
    status: 'ended',
    with: districts,
    agenda: usual,
  },
  {
    title: 'Tổng kết năm 2023 với các quận, huyện',
    kind: 'review',
    unitId: city,
    at: { date: '2024-01-10' },
    startHour: 8,
    hours: 7,
    status: 'ended',
    with: districts,
    agenda: ['Báo cáo', 'Tham luận', 'Kết luận'],
  },
  {
    title: 'Hội nghị trực tuyến ba cấp',
    kind: 'city_conference',
    unitId: city,
    at: { date: '2025-05-20' },
    startHour: 14,
    hours: 3,
    status: 'ended',
    with: [office, ...districts],
    agenda: ['Khai mạc', 'Báo cáo', 'Bế mạc'],
  },
  {
    title: 'Chuẩn bị kỳ họp (đang họp)',
    kind: 'work',
    unitId: office,
    at: { day: 0 },
    startHour: -1,
    hours: 3,
    status: 'open',
    with: [interior],
    agenda: usual,
  },
]

import type { BodyKind, BodyOffice, Span } from '#contract/bodies.ts'

// Every name here is invented; who has an account of the sample is known by the same name.

/** A member of an invented body; the days are the body's where none are named. */
export interface SampleMember extends Partial<Span> {
  name: string
  position?: string
  offices?: BodyOffice[]
  mayVote?: boolean
  endReason?: string
}

/** A body with its members. */
export interface SampleBody extends Span {
  unitId: string
  kind: BodyKind
  name: string
  term: string
  members: SampleMember[]
}

const city = 'unit-01-20080801'
const hoanKiem = 'unit-00070-20250701'
const districtBaDinh = 'unit-001-20080801'
const named = (...names: string[]): SampleMember[] => names.map((name) => ({ name, position: 'Đại biểu' }))

/** Bodies of a city, of a commune and of a district that is no more. */
export const sampleBodies: readonly SampleBody[] = [
  {
    ...{ unitId: city, kind: 'council', name: 'Hội đồng nhân dân Thành phố (mẫu)', term: '2026–2031' },
    ...{ from: '2026-04-01', until: '2031-04-01' },
    members: [
      { name: 'Nguyễn Văn Hải', position: 'Lãnh đạo (mẫu)', offices: ['chair'] },
      { name: 'Tống Thị Bích Liên', position: 'Chuyên trách (mẫu)', offices: ['deputy_chair'] },
      { name: 'Lương Quốc Khải', position: 'Chuyên trách (mẫu)', offices: ['deputy_chair'] },
      { name: 'Lê Thị Thanh Hà', position: 'Văn phòng', offices: ['secretary'] },
      { name: 'Đỗ Văn Hùng', position: 'Phường Hoàn Kiếm' },
      { name: 'Ngô Đình Bách', position: 'Phường Ba Đình' },
      { name: 'Dương Thị Loan', position: 'Phường Hà Đông' },
      { name: 'Lý Văn Long', position: 'Xã Đông Anh' },
      { name: 'Đinh Thị Tâm', position: 'Xã Ba Vì' },
      ...named('Cù Đức Thiện', 'Mạc Thị Hồng Nhung', 'Kiều Văn Toản', 'Âu Dương Minh Châu', 'Nghiêm Thị Thu'),
      ...named('Khuất Hữu Lộc', 'Phùng Thị Ánh Tuyết', 'Tạ Quang Nghĩa', 'Đàm Thị Quyên', 'Quách Văn Tĩnh'),
      ...named('Lã Thị Kim Oanh', 'Thạch Văn Út', 'Giáp Thị Hiền', 'Chử Văn Bình', 'Nông Thị Xuân'),
      {
        name: 'Bạch Văn Đoàn',
        position: 'Đại biểu',
        until: '2026-09-01',
        endReason: 'Chuyển công tác đến địa phương khác (mẫu)',
      },
    ],
  },
  {
    ...{ unitId: city, kind: 'people_committee', name: 'Ủy ban nhân dân Thành phố (mẫu)', term: '2026–2031' },
    ...{ from: '2026-04-01', until: '2031-04-01' },
    members: [
      { name: 'Vi Thế Cường', position: 'Lãnh đạo (mẫu)', offices: ['chair'] },
      { name: 'Tiêu Thị Hạnh', position: 'Lãnh đạo (mẫu)', offices: ['deputy_chair'] },
      { name: 'Phạm Quang Vinh', position: 'Sở Nội vụ', offices: ['member'] },
      { name: 'Đặng Công Sơn', position: 'Sở Khoa học và Công nghệ', offices: ['member'] },
      { name: 'Hà Huy Thông', position: 'Sở Tài chính (mẫu)', offices: ['member'] },
    ],
  },
  {
    ...{ unitId: hoanKiem, kind: 'council', name: 'Hội đồng nhân dân phường (mẫu)', term: '2026–2031' },
    ...{ from: '2026-04-01', until: '2031-04-01' },
    members: [
      { name: 'Đỗ Văn Hùng', position: 'Lãnh đạo (mẫu)', offices: ['chair'] },
      { name: 'Hồ Thị Ngọc', position: 'Văn phòng – Thống kê', offices: ['secretary'], mayVote: false },
      ...named('Trịnh Thị Dịu', 'Ông Văn Phúc', 'Viên Thị Sâm', 'Lục Văn Thể'),
    ],
  },
  {
    ...{ unitId: districtBaDinh, kind: 'council', name: 'Hội đồng nhân dân quận (mẫu)', term: '2021–2026' },
    ...{ from: '2021-07-01', until: '2025-07-01' },
    members: [
      { name: 'Ngô Đình Bách', position: 'Lãnh đạo (mẫu)', offices: ['chair'] },
      ...named('Ma Văn Chiến', 'Doãn Thị Hợi', 'Ứng Thị Yên'),
    ],
  },
]

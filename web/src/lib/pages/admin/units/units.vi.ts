/** Texts of the administration's tree of units. */
export const units = {
  title: 'Đơn vị hành chính',
  lead: (count: number) => `${count} đơn vị`,
  era: 'Thời kỳ',
  now: 'Hiện nay (hai cấp)',
  before: 'Trước 01/7/2025 (ba cấp)',
  search: 'Tìm đơn vị',
  levels: { city: 'Cấp thành phố', district: 'Cấp huyện', commune: 'Cấp xã' },
  columns: { name: 'Tên', code: 'Mã', level: 'Cấp' },
  empty: 'Không tìm thấy đơn vị',
  searchHint: 'Theo tên (không cần gõ dấu) hoặc mã',
  limited: (shown: number, total: number) => `Hiện ${shown} trong ${total} đơn vị. Xin tìm theo tên hoặc mã.`,
  found: (count: number) => `${count} đơn vị khớp`,
  children: (count: number) => `${count} đơn vị trực thuộc`,
}

/** What another language has to provide. */
export type UnitsMessages = typeof units

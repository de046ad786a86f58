import { unitLevels } from '#web/text/names.vi.ts'
/** Texts of the administration's tree of units. */
export const units = {
  title: 'Đơn vị hành chính',
  lead: (count: number) => `${count} đơn vị`,
  era: 'Thời kỳ',
  now: 'Hiện nay (hai cấp)',
  before: 'Trước 01/7/2025 (ba cấp)',
  search: 'Tìm đơn vị',
  levels: unitLevels,
  columns: { name: 'Tên', code: 'Mã', level: 'Cấp' },
  change: 'Đổi',
  findUnit: 'Tìm đơn vị',
  edit: 'Sửa',
  editOf: (name: string) => `Sửa ${name}`,
  correctOf: (name: string) => `Sửa thông tin của ${name}`,
  correctText:
    'Chỉ để sửa thông tin ghi sai. Đơn vị được đổi tên, sáp nhập theo nghị quyết là đơn vị mới kể từ ngày nghị quyết có hiệu lực.',
  corrected: 'Đã lưu đơn vị.',
  kind: 'Loại (phường, xã, sở…)',
  parent: 'Trực thuộc',
  invalid: {
    name: 'Xin nhập tên đơn vị.',
    code: 'Mã chưa đúng, hoặc đã có đơn vị cùng thời kỳ dùng mã này.',
    parentId: 'Xin chọn một đơn vị cùng thời kỳ, không phải đơn vị trực thuộc của chính đơn vị này.',
  },
  empty: 'Không tìm thấy đơn vị',
  searchHint: 'Theo tên (không cần gõ dấu) hoặc mã',
  found: (count: number) => `${count} đơn vị khớp`,
  children: (count: number) => `${count} đơn vị trực thuộc`,
}

/** What another language has to provide. */
export type UnitsMessages = typeof units

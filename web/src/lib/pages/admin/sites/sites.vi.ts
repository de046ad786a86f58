/** Texts of the administration's list of sites. */
export const sites = {
  title: 'Điểm cầu',
  lead: 'Phòng họp có thiết bị, tham gia như một thành viên của cuộc họp.',
  search: 'Tìm điểm cầu hoặc đơn vị',
  create: 'Thêm điểm cầu',
  columns: { name: 'Điểm cầu', unit: 'Đơn vị', location: 'Vị trí', acts: 'Thao tác' },
  edit: 'Sửa',
  change: 'Sửa điểm cầu',
  changeOf: (name: string) => `Sửa điểm cầu ${name}`,
  changed: 'Đã lưu điểm cầu.',
  name: 'Tên điểm cầu',
  nameHint: 'Ví dụ: Phòng họp tầng 2, UBND phường',
  unit: 'Đơn vị',
  location: 'Vị trí',
  empty: 'Chưa có điểm cầu nào',
  emptyText: 'Thêm phòng họp đầu tiên để mời vào cuộc họp.',
  emptyFound: 'Không tìm thấy điểm cầu',
  created: 'Đã thêm điểm cầu.',
  invalid: { name: 'Xin nhập tên điểm cầu.', unitId: 'Xin chọn đơn vị.' },
}

/** What another language has to provide. */
export type SitesMessages = typeof sites

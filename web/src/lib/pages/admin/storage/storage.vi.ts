/** Texts of what recordings and the database take. */
export const storage = {
  title: 'Dung lượng',
  lead: 'Dung lượng của bản ghi theo đơn vị và cuộc họp.',
  free: 'Ổ đĩa còn trống',
  ofTotal: (total: string) => `trên ${total}`,
  recordings: 'Bản ghi',
  database: 'Cơ sở dữ liệu',
  noQuota: 'Chưa đặt hạn mức',
  ofQuota: (quota: string) => `trên hạn mức ${quota}`,
  changeQuota: 'Đặt hạn mức',
  nearTitle: 'Bản ghi sắp hết hạn mức',
  fullTitle: 'Bản ghi đã hết hạn mức',
  nearText: (used: string, quota: string) =>
    `Đã dùng ${used} trên ${quota}. Khi hết, bản ghi mới không bắt đầu được.`,
  fullText: (used: string, quota: string) =>
    `Đã dùng ${used} trên ${quota}. Bản ghi mới không bắt đầu được; bản đang ghi vẫn ghi đến hết. Xin nâng hạn mức.`,
  view: 'Xem dung lượng',
  search: 'Tìm cuộc họp hoặc đơn vị',
  byUnit: 'Theo đơn vị',
  byMeeting: 'Theo cuộc họp',
  columns: {
    unit: 'Đơn vị',
    meeting: 'Cuộc họp',
    day: 'Ngày họp',
    duration: 'Thời lượng',
    count: 'Số bản ghi',
    size: 'Dung lượng',
  },
  countOf: (count: string) => `${count} bản ghi`,
  empty: 'Chưa có bản ghi nào',
  emptyFound: 'Không tìm thấy cuộc họp có bản ghi',
  pages: 'Các trang',
  previous: 'Trang trước',
  next: 'Trang sau',
}

/** What another language has to provide. */
export type StorageMessages = typeof storage

/** Texts of what is deleted by the rule, of what is unfinished, and of units' quotas. */
export const keeping = {
  due: 'Sắp xóa theo quy tắc',
  rule: (days: string) => `Bản ghi bị xóa ${days} ngày sau khi công bố biên bản.`,
  forEver: 'Chưa đặt thời hạn: bản ghi được giữ mãi.',
  source: (source: string) => `Căn cứ: ${source}`,
  change: 'Đặt thời hạn giữ',
  none: 'Không có bản ghi nào bị xóa trong 30 ngày tới.',
  deleteOn: 'Ngày xóa',
  unfinished: 'Dữ liệu gốc còn giữ',
  unfinishedText: 'Bản ghi chưa dựng được hoặc dựng thiếu. Xóa được sau khi công bố biên bản.',
  recording: 'Bản ghi',
  state: 'Tình trạng',
  states: { failed: 'Chưa dựng được', damaged: 'Dựng thiếu một phần' },
  acts: 'Thao tác',
  quota: 'Hạn mức',
  noQuota: 'Không đặt riêng',
  full: 'Đã hết',
  near: 'Sắp hết',
  setQuota: (unit: string) => `Đặt hạn mức của ${unit}`,
  setQuotaBrief: 'Đặt hạn mức',
  quotaGb: 'Hạn mức (GB)',
  quotaHint:
    'Khi hết, cuộc họp của đơn vị không bắt đầu ghi được; bản đang ghi vẫn ghi đến hết. Đặt 0 nếu không đặt riêng.',
  quotaWrong: 'Xin nhập số nguyên từ 0 đến 900000.',
  save: 'Lưu',
  saved: 'Đã đặt hạn mức.',
}

/** What another language has to provide. */
export type KeepingMessages = typeof keeping

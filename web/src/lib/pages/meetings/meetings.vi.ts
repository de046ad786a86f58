import { responses } from '#web/text/names.vi.ts'
/** Texts of the list of meetings. */
export const meetings = {
  title: 'Cuộc họp',
  join: 'Tham gia',
  responses,
  query: 'Tìm cuộc họp',
  queryHint: 'Theo tên, chủ trì, đơn vị, địa điểm; không cần gõ dấu',
  period: 'Thời gian',
  periods: {
    upcoming: 'Từ hôm nay',
    past: 'Đã qua',
    before: 'Trước 01/7/2025 (ba cấp)',
    all: 'Tất cả',
  },
  status: 'Trạng thái',
  anyStatus: 'Mọi trạng thái',
  clear: 'Bỏ lọc',
  columns: {
    time: 'Thời gian',
    meeting: 'Cuộc họp',
    unit: 'Đơn vị tổ chức',
    status: 'Trạng thái',
    mine: 'Vai trò của tôi',
    people: 'Thành phần',
  },
  minutesOf: (state: string) => `Biên bản: ${state}`,
  count: (count: number) => `${count} cuộc họp`,
  empty: 'Chưa có cuộc họp nào',
  emptyText: 'Các cuộc họp được mời và của đơn vị sẽ hiện ở đây.',
  emptyFiltered: 'Không có cuộc họp nào khớp với bộ lọc',
  emptyFilteredText: 'Xin thử từ khác hoặc khoảng thời gian khác.',
}

/** What another language has to provide. */
export type MeetingsMessages = typeof meetings

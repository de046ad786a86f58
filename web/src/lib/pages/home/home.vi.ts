/** Texts of the first page: what is next, today, this week, and what waits. */
export const home = {
  title: 'Hôm nay',
  next: 'Cuộc họp tiếp theo',
  now: 'Đang họp',
  join: 'Tham gia',
  view: 'Xem cuộc họp',
  prepare: 'Vào phòng chờ',
  today: 'Trong ngày',
  week: 'Trong tuần',
  waiting: 'Việc đang chờ',
  nothingNext: 'Chưa có cuộc họp nào sắp tới',
  nothingNextText: 'Khi được mời họp, cuộc họp gần nhất sẽ hiện ở đây.',
  nothingToday: 'Hôm nay không còn cuộc họp nào khác.',
  nothingWeek: 'Tuần này chưa có cuộc họp nào khác.',
  nothingWaiting: 'Không có việc nào đang chờ.',
  answer: 'Trả lời giấy mời',
  minutesDue: 'Hoàn thành biên bản',
  approval: 'Duyệt biên bản',
  due: (date: string) => `hạn ${date}`,
  overdue: (date: string) => `quá hạn từ ${date}`,
  startsIn: (text: string) => `Bắt đầu ${text}`,
  started: 'Đã bắt đầu lúc',
  dueNow: 'Đã đến giờ họp',
  countdown: 'Còn',
  iAm: (role: string) => `Vai trò: ${role}`,
}

/** What another language has to provide. */
export type HomeMessages = typeof home

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
  dueRecordings: {
    title: (count: number, day: string) => `${count} bản ghi sẽ bị xóa trước ${day}`,
    recordedOn: (day: string) => `Ghi ngày ${day}`,
    deletedOn: (day: string) => `Xóa ngày ${day}`,
    keep: 'Giữ lại',
    keepOf: (title: string) => `Giữ lại bản ghi: ${title}`,
    kept: (title: string) => `Đã giữ lại bản ghi của “${title}”.`,
    reason: 'Thư ký giữ lại khi được nhắc sắp đến hạn xóa',
    more: (count: string) => `và ${count} bản ghi khác`,
  },
  unitQuota: {
    near: (unit: string, used: string, quota: string) =>
      `Bản ghi của ${unit} sắp hết hạn mức: đã dùng ${used} trên ${quota}.`,
    full: (unit: string, used: string, quota: string) =>
      `Bản ghi của ${unit} đã hết hạn mức: đã dùng ${used} trên ${quota}.`,
    several: (count: string, units: string) =>
      `${count} đơn vị sắp hết hoặc đã hết hạn mức bản ghi: ${units}.`,
  },
  guide: {
    title: 'Các bước ban đầu',
    done: (done: number, all: number) => `${done}/${all} bước đã xong`,
    isDone: 'đã xong',
    putAway: 'Cất đi',
    show: 'Xem lại',
    steps: {
      second_factor: {
        title: 'Bật xác thực hai lớp cho tài khoản này',
        text: 'Tài khoản quản trị mở được mọi đơn vị; chỉ mật khẩu thì chưa đủ.',
      },
      units: { title: 'Kiểm tra danh mục đơn vị', text: 'Xem tên, mã và cấp của các sở, xã, phường đã nạp.' },
      second_administrator: {
        title: 'Thêm quản trị viên thứ hai',
        text: 'Để không ai bị khóa ngoài khi một người nghỉ hoặc mất thiết bị.',
      },
      own_unit: {
        title: 'Có tên trong một đơn vị',
        text: 'Quản trị viên thứ hai ghi đơn vị và chức vụ cho tài khoản này; không ai tự ghi cho mình.',
      },
      secretaries: {
        title: 'Mời thư ký của các đơn vị',
        text: 'Thư ký lên lịch họp, mời và soạn biên bản của đơn vị mình.',
      },
      required_factor: {
        title: 'Yêu cầu xác thực hai lớp',
        text: 'Chưa ai bị bắt buộc. Hãy yêu cầu với người quản trị và mọi vai trò văn phòng.',
      },
      settings: {
        title: 'Xem và quyết định các quy định',
        text: 'Thời hạn mời, thời hạn kết luận, mật khẩu, xác thực: mỗi số ghi kèm văn bản quy định.',
      },
      test_meeting: {
        title: 'Họp thử một cuộc',
        text: 'Một thư ký lên lịch, vài người vào từ máy và phòng họp thật, rồi kết thúc và xem biên bản.',
      },
      backup: {
        title: 'Sao lưu lần đầu',
        text: 'Trên máy chủ: npm run backup -- THƯ_MỤC. Đặt lịch hằng đêm và thử khôi phục vào một nơi trống.',
      },
    },
  },
  iAm: (role: string) => `Vai trò: ${role}`,
}

/** What another language has to provide. */
export type HomeMessages = typeof home

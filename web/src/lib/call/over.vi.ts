/** What is said after the call, or instead of it; loaded with the page that says it. */
export const over = {
  leftTitle: 'Đã rời cuộc họp',
  leftText: 'Cuộc họp vẫn có thể đang tiếp tục.',
  goneTitle: 'Cuộc họp này không còn nữa',
  goneText: 'Cuộc họp đã được xóa khỏi lịch, hoặc đại biểu không còn được mời. Xin hỏi thư ký cuộc họp.',
  linkOverTitle: 'Đường dẫn vào họp không còn dùng được',
  linkOverText: 'Xin mở đường dẫn mới do thư ký cuộc họp gửi.',
  oldText: 'Trang cần được tải lại để vào cuộc họp.',
  backByItself: 'Màn hình tự vào lại ngay khi vào được.',
  rejoin: 'Vào lại',
  takeBack: 'Chuyển về trang này',
}

/** What another language has to provide. */
export type OverMessages = typeof over

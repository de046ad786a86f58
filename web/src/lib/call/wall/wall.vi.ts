/** Texts of a hall's display. */
export const wall = {
  wall: 'Hiển thị cho hội trường',
  wallHint: 'Chữ lớn; chỉ có người phát biểu và nội dung chia sẻ.',
  wallOff: 'Hiển thị đầy đủ',
  wallQuiet: 'Chưa có ai phát biểu',
  wallReconnecting: 'Đang kết nối lại',
  wallLost: 'Mất kết nối với cuộc họp',
  wallMediaBlocked: 'Mạng ở đây chặn hình và tiếng',
  wallPressForSound: 'Bấm một lần để có tiếng',
  wallPressHow: 'Phím bất kỳ, hoặc chạm vào màn hình. Trình duyệt chờ một lần bấm rồi mới phát tiếng.',
}

/** Texts of what only a display shows. */
export const display = {
  wallOff: 'Hiển thị đầy đủ',
  wallQuiet: 'Chưa có ai phát biểu',
  wallReconnecting: 'Đang kết nối lại',
  wallPressForSound: 'Bấm một lần để có tiếng',
  wallPressHow: 'Phím bất kỳ, hoặc chạm vào màn hình. Trình duyệt chờ một lần bấm rồi mới phát tiếng.',
}

/** Texts of a hall's display. */
export const wall = {
  wall: 'Hiển thị cho hội trường',
  wallHint: 'Chữ lớn; chỉ có người phát biểu và nội dung chia sẻ.',
  wallOff: 'Hiển thị đầy đủ',
  wallQuiet: 'Chưa có ai phát biểu',
}

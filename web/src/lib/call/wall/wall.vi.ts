/** Texts of a hall's display. */
export const wall = {
  wall: 'Hiển thị cho hội trường',
  wallHint: 'Chữ lớn; chỉ có người phát biểu và nội dung chia sẻ.',
  wallLost: 'Mất kết nối với cuộc họp',
  wallMediaBlocked: 'Mạng ở đây chặn hình và tiếng',
}

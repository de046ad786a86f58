/** Texts of the agenda. */
export const agenda = {
  agenda: 'Chương trình',
  noAgenda: 'Cuộc họp không có chương trình chi tiết',
  startItem: 'Bắt đầu nội dung',
  nextItem: 'Sang nội dung tiếp theo',
  currentItem: 'Đang thảo luận',
  doneItem: 'Đã qua',
  presenter: (name: string) => `Trình bày: ${name}`,
}

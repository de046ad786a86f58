/** Texts of deleting a recording by hand. */
export const deletion = {
  act: 'Xóa bản ghi',
  keep: 'Không xóa',
  text: 'Hình, tiếng và dữ liệu gốc của bản ghi bị xóa hẳn, không khôi phục được. Biên bản và điểm danh vẫn còn.',
  done: 'Bản ghi đang được xóa.',
  of: (moment: string) => `Bản ghi lúc ${moment}`,
  word: 'XÓA',
  type: 'Gõ XÓA để xác nhận',
  typeNeeded: 'Xin gõ đúng chữ XÓA.',
}

/** What another language has to provide. */
export type DeletionMessages = typeof deletion

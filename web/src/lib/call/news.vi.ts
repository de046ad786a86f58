/** What people are told of it when it happens. */
export const agendaNews = {
  agendaItem: (title: string) => `Chuyển sang: ${title}`,
}

/** What people are told of it when it happens. */
export const chatNews = {
  message: (name: string, text: string) => `${name}: ${text}`,
}

/** What people are told of it when it happens. */
export const peopleNews = {
  came: (name: string) => `${name} đã vào.`,
  went: (name: string) => `${name} đã rời.`,
  mutedMicrophone: 'Chủ trì hoặc thư ký đã tắt micrô của đại biểu.',
  forbiddenMicrophone: 'Chủ trì hoặc thư ký đã tắt và khóa micrô.',
  speechOver: 'Hết thời gian phát biểu, micrô đã tắt.',
  mutedCamera: 'Chủ trì hoặc thư ký đã tắt camera của đại biểu.',
  mutedScreen: 'Chủ trì hoặc thư ký đã dừng việc chia sẻ màn hình.',
  unmuteAllowed: 'Đã được phép bật micrô.',
}

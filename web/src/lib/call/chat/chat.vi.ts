/** Texts of the chat. */
export const chat = {
  chat: 'Trao đổi',
  unread: (count: number) => `${count} tin chưa đọc`,
  noMessages: 'Chưa có tin nào',
  noMessagesHint: 'Mọi người trong cuộc họp đều đọc được.',
  writeMessage: 'Nhập nội dung trao đổi',
  send: 'Gửi',
  sending: 'đang gửi',
  notSent: 'Chưa gửi được',
  sendAgain: 'Gửi lại',
  discard: 'Bỏ',
}

/** What people are told of it when it happens. */
export const chatNews = {
  message: (name: string, text: string) => `${name}: ${text}`,
}

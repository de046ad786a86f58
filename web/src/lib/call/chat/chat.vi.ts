/** Texts of the chat. */
export const chat = {
  chat: 'Trao đổi',
  noMessages: 'Chưa có tin nào',
  noMessagesHint: 'Mọi người trong cuộc họp đều đọc được.',
  writeMessage: 'Nhập nội dung trao đổi',
  send: 'Gửi',
  sending: 'đang gửi',
  notSent: 'Chưa gửi được',
  sendAgain: 'Gửi lại',
  discard: 'Bỏ',
}

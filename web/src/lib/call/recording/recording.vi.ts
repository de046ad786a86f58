/** Texts of the recording. */
export const recording = {
  recording: 'Đang ghi',
  recordingStarting: 'Chuẩn bị ghi',
  recordingStopping: 'Đang dừng ghi',
  recordingFailed: 'Ghi bị lỗi',
  startRecording: 'Bắt đầu ghi',
  stopRecording: 'Dừng ghi',
  proposeRecording: 'Đề nghị ghi',
}

/** What people are told of it when it happens. */
export const recordingNews = {
  recordingOn: 'Cuộc họp bắt đầu được ghi.',
  recordingOff: 'Đã dừng ghi.',
  recordingInterrupted: 'Việc ghi bị gián đoạn. Phần đã ghi vẫn được giữ; hệ thống tự ghi tiếp khi có thể.',
  recordingFailed: 'Việc ghi gặp lỗi và đã dừng. Phần đã ghi vẫn được giữ.',
}

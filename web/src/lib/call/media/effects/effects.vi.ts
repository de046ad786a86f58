/** Texts of what may be done to one's own picture and sound. */
export const effects = {
  blur: 'Làm mờ phông nền',
  blurHint: 'Chỉ người ngồi trước camera hiện rõ. Máy yếu có thể chậm đi.',
  quiet: 'Lọc tiếng ồn',
  quietHint: 'Bớt tiếng quạt, tiếng xe, tiếng gõ phím. Tắt khi phát nhạc.',
  blurFailed: 'Không làm mờ được trên máy này nên camera chưa bật. Bật lại camera để gửi hình không làm mờ.',
}

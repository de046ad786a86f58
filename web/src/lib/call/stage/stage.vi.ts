/** Texts of the pictures. */
export const stage = {
  stage: 'Hình ảnh cuộc họp',
  you: 'Tôi',
  yourself: (name: string) => `${name} (tôi)`,
  speaking: 'đang phát biểu',
  micMuted: 'micrô tắt',
  connectionLostOf: 'mất kết nối',
  sharesScreen: (name: string) => `${name} đang chia sẻ màn hình`,
  pageOf: (page: number, pages: number) => `Trang ${page}/${pages}`,
  previousPage: 'Trang trước',
  nextPage: 'Trang sau',
  layoutGrid: 'Xem dạng lưới',
  layoutStage: 'Xem người đang phát biểu',
  alone: 'Mới chỉ có một mình trong cuộc họp. Người khác sẽ hiện ra khi vào.',
}

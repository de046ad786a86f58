/** Texts of parts that come after the first picture, and come with them (`laterWordsIn`). */
export const laterWords = {
  proposalTitle: 'Thư ký đề nghị ghi cuộc họp',
  proposalText: 'Khi ghi, mọi người được báo và màn hình luôn có dấu báo.',
  decline: 'Không ghi',
  proposalSent: 'Đang chờ chủ trì quyết định việc ghi',
  notice: 'Thông báo về ghi hình, ghi âm',
  noticeTitle: 'Cuộc họp đang được ghi hình, ghi âm.',
  noticeText:
    'Bản ghi dùng để lập biên bản và lưu hồ sơ; chỉ người được phân quyền mới xem được. Việc xác nhận được lưu cùng danh sách điểm danh.',
  noticeWall: 'Cán bộ kỹ thuật xác nhận một lần cho cả điểm cầu.',
  acknowledge: 'Tôi đã biết cuộc họp được ghi hình',
  shortcutList: {
    mic: 'Bật, tắt micrô',
    talk: 'Giữ để nói khi micrô đang tắt',
    cam: 'Bật, tắt camera',
    hand: 'Xin phát biểu, thôi xin',
    chat: 'Mở trao đổi',
    next: 'Mời người phát biểu tiếp theo',
    extend: 'Thêm 1 phút cho người đang phát biểu',
    pause: 'Dừng, chạy tiếp đồng hồ phát biểu',
    end: 'Kết thúc phát biểu',
    list: 'Danh sách phím tắt',
    escape: 'Đóng bảng bên',
  },
  space: 'Dấu cách',
  leaveTitle: 'Rời cuộc họp?',
  leaveText: 'Cuộc họp vẫn tiếp tục. Có thể vào lại bất cứ lúc nào.',
  leaveHallTitle: 'Điểm cầu rời cuộc họp?',
  leaveHallText: 'Cả phòng sẽ không còn thấy và nghe cuộc họp. Muốn vào lại, phải có người bấm tại máy này.',
  endTitle: 'Kết thúc cuộc họp cho mọi người?',
  endText:
    'Mọi người sẽ rời cuộc họp. Bản ghi, nếu có, được lưu đến lúc này. Thư ký có thể mở lại cuộc họp trong 24 giờ.',
}

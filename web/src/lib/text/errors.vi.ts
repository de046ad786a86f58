import type { ErrorCode } from '#contract/errors.ts'

/** What a person is told of a failure: what happened, then what was kept and what to do. */
export interface ErrorText {
  what: string
  cure: string
}

/** Every expected failure in Vietnamese. */
export const errors: Record<ErrorCode, ErrorText> = {
  bad_request: {
    what: 'Thông tin gửi lên chưa đúng.',
    cure: 'Chưa có gì thay đổi. Xin kiểm tra lại các ô rồi gửi lại.',
  },
  too_large: {
    what: 'Nội dung gửi lên quá lớn.',
    cure: 'Chưa có gì được lưu. Xin rút gọn rồi gửi lại.',
  },
  document_too_long: {
    what: 'Văn bản quá dài, không thể xuất thành tệp.',
    cure: 'Nội dung đã soạn vẫn được giữ. Xin rút gọn (tối đa khoảng 250 trang) hoặc chuyển bớt sang phụ lục.',
  },
  busy: { what: 'Hệ thống đang bận.', cure: 'Vui lòng thử lại sau vài giây.' },
  rate_limited: {
    what: 'Đã có quá nhiều lần thử.',
    cure: 'Xin đợi vài phút rồi thử lại.',
  },
  unauthenticated: {
    what: 'Phiên làm việc đã kết thúc.',
    cure: 'Dữ liệu đã lưu vẫn được giữ. Xin đăng nhập lại.',
  },
  second_factor_needed: {
    what: 'Cần xác thực lớp thứ hai.',
    cure: 'Chưa có gì thay đổi. Xin nhập mã xác thực, rồi làm lại việc này.',
  },
  confirmation_needed: {
    what: 'Cần xác nhận lại danh tính.',
    cure: 'Chưa có gì thay đổi. Xin nhập lại mật khẩu hoặc mã xác thực, rồi làm lại việc này.',
  },
  not_found: {
    what: 'Không tìm thấy trang này.',
    cure: 'Trang không có, hoặc không thuộc phạm vi được xem của tài khoản. Xin kiểm tra lại đường dẫn.',
  },
  forbidden: {
    what: 'Tài khoản không được làm việc này.',
    cure: 'Chưa có gì thay đổi. Nếu cần, xin liên hệ thư ký cuộc họp hoặc quản trị hệ thống.',
  },
  link_expired: {
    what: 'Đường dẫn này đã hết hạn.',
    cure: 'Xin đề nghị thư ký cuộc họp hoặc quản trị hệ thống gửi đường dẫn mới.',
  },
  meeting_not_open: {
    what: 'Cuộc họp chưa bắt đầu.',
    cure: 'Trang sẽ tự vào khi chủ trì hoặc thư ký mở cuộc họp.',
  },
  meeting_ended: {
    what: 'Cuộc họp đã kết thúc.',
    cure: 'Kết quả được lưu ở trang cuộc họp; xin hỏi thư ký nếu cần thêm thông tin.',
  },
  meeting_cancelled: {
    what: 'Cuộc họp đã được hủy.',
    cure: 'Lý do được ghi ở trang cuộc họp; xin hỏi thư ký nếu cần thêm thông tin.',
  },
  already_joined: {
    what: 'Đại biểu đã vào cuộc họp từ một trang khác.',
    cure: 'Có thể chuyển cuộc họp về trang này; trang kia sẽ tự rời.',
  },
  taken_over: {
    what: 'Cuộc họp đã được chuyển sang một trang khác.',
    cure: 'Xin tiếp tục ở trang kia, hoặc chuyển về trang này.',
  },
  removed: {
    what: 'Đã bị mời ra khỏi cuộc họp.',
    cure: 'Nếu đây là nhầm lẫn, xin liên hệ thư ký cuộc họp.',
  },
  not_in_call: {
    what: 'Chưa vào cuộc họp.',
    cure: 'Xin bấm Tham gia rồi thử lại.',
  },
  wrong_node: {
    what: 'Cuộc họp đã chuyển sang máy chủ khác.',
    cure: 'Trang đang tự kết nối lại.',
  },
  node_closing: {
    what: 'Máy chủ đang được thay thế.',
    cure: 'Trang đang tự kết nối lại; không có gì bị mất.',
  },
  invalid_state: {
    what: 'Việc này không còn phù hợp với trạng thái hiện tại.',
    cure: 'Chưa có gì thay đổi. Xin tải lại trang để xem trạng thái mới.',
  },
  conflict: {
    what: 'Người khác vừa thay đổi nội dung này.',
    cure: 'Nội dung đã nhập vẫn được giữ trên trang. Xin xem bản mới rồi lưu lại.',
  },
  media_unavailable: {
    what: 'Máy chủ hình và tiếng chưa trả lời.',
    cure: 'Trang sẽ tự thử lại. Nếu kéo dài, xin báo quản trị hệ thống.',
  },
  media_rejected: {
    what: 'Không thiết lập được hình và tiếng.',
    cure: 'Xin tải lại trang; nếu vẫn không được, dùng trình duyệt khác.',
  },
  recording_unavailable: {
    what: 'Máy ghi chưa trả lời, cuộc họp không được ghi.',
    cure: 'Cuộc họp vẫn tiếp tục. Xin thử ghi lại sau ít phút.',
  },
  recording_quota_reached: {
    what: 'Đã hết hạn mức lưu bản ghi.',
    cure: 'Cuộc họp vẫn tiếp tục, không được ghi. Xin báo quản trị hệ thống.',
  },
  unit_quota_reached: {
    what: 'Đơn vị đã hết hạn mức lưu bản ghi.',
    cure: 'Cuộc họp vẫn tiếp tục, không được ghi. Xin báo quản trị của đơn vị.',
  },
  disk_full: {
    what: 'Máy chủ đã hết chỗ lưu.',
    cure: 'Phần đã lưu vẫn được giữ. Xin báo quản trị hệ thống.',
  },
  storage_unavailable: {
    what: 'Cơ sở dữ liệu chưa trả lời.',
    cure: 'Chưa có gì thay đổi. Xin thử lại sau ít phút.',
  },
  timeout: {
    what: 'Hệ thống trả lời quá chậm.',
    cure: 'Chưa chắc việc đã xong. Xin tải lại trang để xem kết quả trước khi làm lại.',
  },
  internal: {
    what: 'Hệ thống gặp sự cố.',
    cure: 'Dữ liệu đã lưu vẫn được giữ. Sự cố đã được ghi lại; xin thử lại sau ít phút.',
  },
}

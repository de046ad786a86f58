/** Who plays in the demo and what they say. Everybody is invented; positions and the meeting say so (mẫu). */

/** Somebody who gets an account. */
export interface Role {
  name: string
  email: string
  position: string
  /** Typed into the unit picker; the first match is taken. */
  unit: string
  unitRole: 'secretary' | 'official'
}

export const administrator = { name: 'Phạm Văn Quân', email: 'quantri@mau.example' }

export const chair: Role = {
  name: 'Trần Thị Bình',
  email: 'binh@mau.example',
  position: 'Phó Chủ tịch (mẫu)',
  unit: 'Thành phố Hà Nội',
  unitRole: 'official',
}

export const secretary: Role = {
  name: 'Lê Văn Cường',
  email: 'cuong@mau.example',
  position: 'Chuyên viên (mẫu)',
  unit: 'Thành phố Hà Nội',
  unitRole: 'secretary',
}

export const delegate: Role = {
  name: 'Nguyễn Thị Dung',
  email: 'dung@mau.example',
  position: 'Phó Chủ tịch phường (mẫu)',
  unit: 'Hoàn Kiếm',
  unitRole: 'official',
}

/** A commune's room; a participant of its own. */
export const site = {
  name: 'Điểm cầu phường Hoàn Kiếm (mẫu)',
  unit: 'Hoàn Kiếm',
  location: 'Phòng họp tầng 2',
}

export const meeting = {
  title: 'Họp giao ban trực tuyến công tác tháng 11 (mẫu)',
  description: 'Nghe báo cáo tiến độ giải quyết thủ tục hành chính; thống nhất nhiệm vụ tháng 12.',
  place: 'Phòng họp số 1 (mẫu)',
  overrideReason: 'Họp đột xuất để trình diễn hệ thống',
  agenda: [
    { title: 'Báo cáo tình hình công tác tháng 11', presenter: 'Văn phòng (mẫu)', minutes: 10 },
    { title: 'Ý kiến của điểm cầu phường Hoàn Kiếm', presenter: 'Phường Hoàn Kiếm (mẫu)', minutes: 10 },
    { title: 'Kết luận của chủ trì', presenter: chair.name, minutes: 5 },
  ],
} as const

/** Generated speech: what the microphones say, over and over. */
export const speeches = {
  chair: {
    text: 'Kính thưa các đồng chí. Hôm nay chúng ta họp giao ban trực tuyến công tác tháng mười một. Đề nghị văn phòng báo cáo tình hình giải quyết thủ tục hành chính, sau đó điểm cầu phường phát biểu ý kiến.',
    pitch: 62,
  },
  secretary: {
    text: 'Báo cáo đồng chí chủ trì. Trong tháng mười một, toàn thành phố đã tiếp nhận và giải quyết đúng hạn phần lớn hồ sơ. Số liệu chi tiết đang hiển thị trên màn hình.',
    pitch: 42,
  },
  site: {
    text: 'Báo cáo đồng chí chủ trì, điểm cầu phường Hoàn Kiếm nghe rõ. Phường đã hoàn thành các nhiệm vụ được giao, và đề nghị thành phố hỗ trợ thêm về hạ tầng công nghệ thông tin.',
    pitch: 52,
  },
} as const

export const chatMessage =
  'Văn phòng đã gửi báo cáo tháng 11; đề nghị điểm cầu phường chuẩn bị ý kiến cho nội dung 2.'

/** What the secretary writes into the minutes. */
export const written = {
  docNumber: '01',
  speech:
    'Văn phòng báo cáo: trong tháng 11, tỷ lệ hồ sơ giải quyết đúng hạn đạt 98,2% (số liệu mẫu); không có hồ sơ quá hạn kéo dài.',
  conclusions: [
    'Giao Văn phòng tổng hợp kiến nghị của phường Hoàn Kiếm, báo cáo trước ngày 05/12.',
    'Các đơn vị hoàn thành báo cáo năm đúng thời hạn đã thông báo.',
  ],
} as const

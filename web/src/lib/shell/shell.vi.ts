/** Texts of the office's frame: navigation, command palette, home. */
export const shell = {
  nav: {
    label: 'Điều hướng chính',
    today: 'Hôm nay',
    meetings: 'Cuộc họp',
    bodies: 'HĐND, UBND',
    newMeeting: 'Lên lịch họp',
    administration: 'Quản trị',
    people: 'Cán bộ',
    units: 'Đơn vị',
    sites: 'Điểm cầu',
    storage: 'Dung lượng',
    settings: 'Quy định',
    audit: 'Nhật ký',
    account: 'Tài khoản',
    signOut: 'Đăng xuất',
    more: 'Thêm',
  },
  stillInCall: (title: string) => `Bạn vẫn đang trong cuộc họp “${title}”, ở trang khác.`,
  toCall: 'Đến cuộc họp',
  palette: {
    open: 'Tìm và đi tới',
    title: 'Tìm cuộc họp hoặc trang',
    placeholder: 'Tên cuộc họp, không cần dấu',
    page: 'Trang',
  },
  shortcuts: {
    title: 'Phím tắt',
    palette: 'Tìm cuộc họp hoặc trang',
    list: 'Danh sách phím tắt',
    today: 'Về Hôm nay',
    meetings: 'Danh sách cuộc họp',
    newMeeting: 'Lên lịch họp mới',
    save: 'Lưu (khi soạn kế hoạch, biên bản)',
    afterwards: 'rồi',
  },
  idle: {
    title: 'Phiên làm việc sắp kết thúc',
    text: (time: string) =>
      `Đã lâu không có ai dùng trang này. Phiên tự kết thúc lúc ${time}; sau đó phải đăng nhập lại để trở về trang này.`,
    goOn: 'Tiếp tục làm việc',
  },
}

/** What another language's frame has to provide. */
export type ShellMessages = typeof shell

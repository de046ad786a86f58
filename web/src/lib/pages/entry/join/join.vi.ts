/** Texts of coming in by a join link. */
export const join = {
  title: 'Vào cuộc họp bằng đường dẫn',
  ready: 'Đường dẫn hợp lệ.',
  confirm: 'Bấm Tiếp tục để vào phòng chờ của cuộc họp.',
  signedIn: (name: string) =>
    `Trình duyệt này đang đăng nhập tài khoản ${name}. Đường dẫn sẽ được dùng thay cho tài khoản trong cuộc họp.`,
  proceed: 'Tiếp tục',
  failed: 'Không vào được bằng đường dẫn này',
  askSecretary: 'Xin liên hệ thư ký cuộc họp để nhận đường dẫn mới.',
  toSignIn: 'Đăng nhập bằng tài khoản',
}

/** What another language has to provide. */
export type JoinMessages = typeof join

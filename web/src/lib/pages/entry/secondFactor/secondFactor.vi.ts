/** Texts of giving and setting up a second factor. */
export const secondFactor = {
  title: 'Xác thực lớp thứ hai',
  lead: 'Nhập mã 6 số đang hiện trên ứng dụng xác thực.',
  code: 'Mã xác thực',
  codeHint: 'Không có điện thoại bên cạnh thì nhập một mã dự phòng.',
  trust: (days: number) => `Không hỏi lại trên máy này trong ${days} ngày`,
  trustHint: 'Chỉ chọn trên máy của riêng mình.',
  submit: 'Tiếp tục',
  refused: {
    wrong: 'Mã chưa đúng hoặc đã hết hạn. Xin nhập mã đang hiện trên ứng dụng.',
    used: 'Mã này đã dùng rồi. Xin đợi mã tiếp theo, chậm nhất 30 giây.',
  } as Record<string, string>,
  lost: 'Mất cả điện thoại và mã dự phòng: xin đề nghị quản trị hệ thống đặt lại lớp thứ hai.',
  meetings: 'Phòng họp không hỏi lớp này: mở thẳng đường dẫn được cấp là vào được.',
  signOut: 'Đăng xuất',

  setupTitle: 'Xác thực hai lớp',
  setupLead:
    'Ngoài mật khẩu, khi đăng nhập cần thêm một mã trên điện thoại. Người khác biết mật khẩu cũng không vào được.',
  required: 'Tài khoản này phải có lớp thứ hai mới vào được văn phòng. Thiết lập mất khoảng hai phút.',
  app: 'Ứng dụng xác thực',
  appText:
    'Cài một ứng dụng xác thực trên điện thoại, ví dụ Google Authenticator, Microsoft Authenticator hoặc FreeOTP. Ứng dụng tự tính mã, không cần mạng.',
  appBegin: 'Thiết lập ứng dụng',
  scan: 'Mở ứng dụng rồi quét mã này:',
  qr: 'Mã QR chứa khóa cho ứng dụng xác thực',
  orType: 'Không quét được thì nhập khóa:',
  secret: 'Khóa cho ứng dụng',
  firstCode: 'Mã 6 số mà ứng dụng vừa hiện',
  confirm: 'Xác nhận',
  appThere: 'Đã có ứng dụng xác thực.',
  appRemove: 'Gỡ ứng dụng',
  appRemoved: 'Đã gỡ ứng dụng.',
  recovery: 'Mã dự phòng',
  recoveryOnce:
    'Mỗi mã dùng được một lần khi không có điện thoại. Các mã chỉ hiện lần này: xin in ra hoặc cất ở nơi an toàn, không để cùng máy tính.',
  recoveryLeft: (count: number) =>
    count > 0
      ? `Còn ${count} mã chưa dùng.`
      : 'Không còn mã nào dùng được: đã dùng hết, hoặc khóa mã hóa của hệ thống đã được thay. Xin tạo mã mới.',
  recoveryAnew: 'Tạo mã mới',
  recoveryAnewText: 'Khi tạo mã mới, các mã này không dùng được nữa.',
  print: 'In',
  download: 'Tải về',
  fileName: 'ma-du-phong-diem-cau.txt',
  fileHead: (email: string) => `Mã dự phòng Điểm Cầu của ${email}. Mỗi mã dùng một lần.`,
  stored: 'Đã cất mã, tiếp tục',
  devices: 'Thiết bị được ghi nhớ',
  devicesText: (count: number) => `${count} thiết bị không bị hỏi lớp thứ hai khi đăng nhập.`,
  forget: 'Hỏi lại trên mọi thiết bị',
  forgotten: 'Mọi thiết bị sẽ được hỏi lại.',
  done: 'Xong',
}

/** What another language has to provide. */
export type SecondFactorMessages = typeof secondFactor

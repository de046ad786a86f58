import { meetingKinds } from '#contract/meeting.ts'
import type { DecisionKey, SettingGroup, SettingKey, SettingUnit } from '#contract/settings.ts'
import { common } from '#web/text/common.vi.ts'

/** A text for the rule of each kind of meeting. */
export function ofKinds(textOf: (kind: keyof typeof common.kinds) => string): Record<DecisionKey, string> {
  return Object.fromEntries(meetingKinds.map((kind) => [`decisions.${kind}`, textOf(kind)])) as Record<
    DecisionKey,
    string
  > // of the closed list
}

const units: Record<SettingUnit, string> = {
  workingDays: 'ngày làm việc',
  days: 'ngày',
  hours: 'giờ',
  minutes: 'phút',
  characters: 'ký tự',
  kinds: 'loại',
  gigabytes: 'GB',
}

/** Texts of the legal numbers and rules. */
export const settings = {
  title: 'Quy định',
  lead: 'Các con số và quy tắc mà hệ thống đối chiếu, kèm căn cứ. Mỗi cuộc họp theo quy định của ngày họp.',
  groups: {
    invitation: 'Giấy mời',
    meeting: 'Cuộc họp',
    decisions: 'Túc số và biểu quyết',
    attendance: 'Điểm danh',
    minutes: 'Biên bản và kết luận',
    calendar: 'Ngày làm việc',
    storage: 'Lưu trữ',
    accounts: 'Tài khoản và đăng nhập',
  } satisfies Record<SettingGroup, string>,
  names: {
    noticeWorkingDays: 'Thời hạn gửi giấy mời',
    longestHours: 'Thời gian họp dài nhất',
    forgottenCallMinutes: 'Tự kết thúc cuộc họp bỏ quên',
    contributionMinutes: 'Thời gian phát biểu',
    questionMinutes: 'Thời gian nêu câu hỏi, chất vấn',
    replyMinutes: 'Thời gian trả lời',
    pointOfOrderMinutes: 'Thời gian nêu ý kiến về trình tự',
    ...ofKinds((kind) => common.kinds[kind]),
    lateToleranceMinutes: 'Đến muộn',
    conclusionWorkingDays: 'Thời hạn thông báo kết luận',
    workingCalendar: 'Ngày nghỉ và ngày làm bù',
    recordingQuotaGb: 'Hạn mức lưu bản ghi',
    recordingRetentionDays: 'Thời hạn giữ bản ghi',
    passwordLength: 'Độ dài mật khẩu',
    passwordKinds: 'Loại ký tự trong mật khẩu',
    passwordStrength: 'Độ khó đoán của mật khẩu',
    secondFactor: 'Xác thực hai lớp',
    confirmationMinutes: 'Xác nhận lại khi quản trị',
    idleMinutes: 'Tự kết thúc phiên khi không dùng',
    setupLinkHours: 'Thời hạn đường dẫn đặt mật khẩu',
    trustedDeviceDays: 'Ghi nhớ thiết bị',
  } satisfies Record<SettingKey, string>,
  about: {
    noticeWorkingDays:
      'Giấy mời gửi trước cuộc họp ít nhất chừng này ngày làm việc, trừ họp đột xuất. Gửi muộn hơn phải ghi lý do.',
    longestHours: 'Kế hoạch dài hơn mức của loại cuộc họp được nhắc khi lên lịch.',
    forgottenCallMinutes:
      'Cuộc họp không còn ai trong phòng và đã quá giờ kết thúc dự kiến chừng này thì được tự kết thúc.',
    contributionMinutes:
      'Tính từ khi được mời. Hết giờ, micrô của người phát biểu tự tắt, trừ khi chủ trì cho thêm giờ.',
    questionMinutes: 'Như thời gian phát biểu, dùng cho mỗi lần hỏi.',
    replyMinutes: 'Như thời gian phát biểu, dùng cho mỗi lần trả lời.',
    pointOfOrderMinutes: 'Như thời gian phát biểu, dùng cho ý kiến về trình tự cuộc họp.',
    ...ofKinds(() => ''),
    'decisions.council_session':
      'Tỷ lệ tính bằng số nguyên trên tổng số đại biểu. Tỷ lệ cao hơn dùng cho việc như bãi nhiệm đại biểu.',
    'decisions.committee_sitting': 'Tỷ lệ tính bằng số nguyên trên tổng số thành viên Ủy ban nhân dân.',
    lateToleranceMinutes: 'Vào sau giờ bắt đầu quá mức này thì điểm danh ghi là đến muộn.',
    conclusionWorkingDays: 'Kết luận được thông báo chậm nhất chừng này ngày làm việc sau cuộc họp.',
    workingCalendar: 'Dùng khi đếm ngày làm việc. Thứ Bảy và Chủ nhật là ngày nghỉ, trừ ngày làm bù.',
    recordingQuotaGb:
      'Tổng dung lượng của mọi bản ghi. Từ 90% quản trị hệ thống được nhắc; khi hết, bản ghi mới không bắt đầu được, bản đang ghi vẫn ghi đến hết. Đặt 0 nếu không giới hạn.',
    recordingRetentionDays:
      'Sau chừng này ngày kể từ khi công bố biên bản, bản ghi bị xóa hẳn, trừ bản ghi được thư ký giữ lại. Bản ghi của cuộc họp chưa công bố biên bản thì không bị xóa. Báo trước 30 ngày. Đặt 0 để giữ mãi. Luật 91/2025/QH15 yêu cầu nêu rõ thời hạn lưu dữ liệu cá nhân.',
    passwordLength:
      'Mật khẩu mới dài ít nhất chừng này ký tự. Quyết định 742/QĐ-BTTTT yêu cầu đặt được độ dài và loại ký tự.',
    passwordKinds:
      'Mật khẩu mới có ít nhất chừng này trong 4 loại: chữ thường, chữ hoa, chữ số, ký hiệu. Đặt 1 nếu không bắt buộc.',
    passwordStrength:
      'Mật khẩu phổ biến, dãy phím liền nhau, ghép từ họ tên, thư điện tử hay tên đơn vị của người dùng thì không được nhận.',
    secondFactor:
      'Những người phải có lớp xác thực thứ hai (ứng dụng xác thực hoặc khóa truy cập) mới vào được văn phòng. Không áp dụng khi vào phòng họp. Ai đã tự thiết lập thì luôn được hỏi.',
    confirmationMinutes:
      'Sau chừng này phút kể từ lần nhập mật khẩu hoặc lớp thứ hai gần nhất, việc quản trị (tài khoản, vai trò, quy định, xuất nhật ký kiểm tra) yêu cầu nhập lại.',
    idleMinutes:
      'Phiên đăng nhập không được dùng trong chừng này phút thì kết thúc, phải đăng nhập lại. Đang họp và đang nhập liệu được tính là đang dùng.',
    setupLinkHours:
      'Đường dẫn kích hoạt tài khoản và đặt lại mật khẩu hết hạn sau chừng này giờ; dùng được một lần.',
    trustedDeviceDays:
      'Thiết bị được chọn ghi nhớ thì chừng này ngày không phải nhập lớp thứ hai. Đặt 0 để luôn hỏi.',
  } satisfies Record<SettingKey, string>,
  amount: (count: string, unit: SettingUnit) => `${count} ${units[unit]}`,
  unitNames: units,
  choices: {
    nobody: 'Không bắt buộc',
    administrators: 'Người quản trị của Thành phố và của các đơn vị',
    secretaries: 'Người quản trị và mọi vai trò văn phòng (thư ký, văn thư, kỹ thuật, kiểm tra)',
    everybody: 'Mọi tài khoản',
    unchecked: 'Không xét',
    moderate: 'Vừa: phải đoán trên 100 triệu lần',
    strong: 'Mạnh: phải đoán trên 10 tỷ lần',
  } as Record<string, string>,
  decisions: {
    quorum: 'Túc số',
    quorumHint: 'Phần của tổng số thành viên, ví dụ 2/3. Để trống nếu không yêu cầu.',
    quorumBrief: (share: string) => `Túc số ${share}`,
    noQuorum: 'không yêu cầu túc số',
    binding: 'Giá trị của biểu quyết',
    bindings: { yes: 'Quyết định', no: 'Chỉ lấy ý kiến' },
    base: 'Tính trên',
    bases: { total: 'Tổng số thành viên', present: 'Số người có mặt', cast: 'Số phiếu đã bỏ' },
    threshold: 'Thông qua khi',
    higher: 'Việc cần tỷ lệ cao hơn',
    higherHint: 'Ví dụ bãi nhiệm. Để trống phần nếu không có.',
    than: 'Cách so',
    thans: { more: 'Quá', least: 'Ít nhất' },
    share: 'Phần',
    passes: (than: string, share: string, base: string) => `${than} ${share} ${base}`,
    tie: 'Khi số phiếu ngang nhau',
    ties: { fails: 'Không thông qua', chair: 'Theo ý kiến của chủ trì' },
    ballot: 'Hình thức',
    ballots: { open: 'Công khai', secret: 'Bỏ phiếu kín', either: 'Công khai hoặc bỏ phiếu kín' },
    mayChange: 'Sửa lựa chọn trước khi đóng',
    substitutes: 'Người dự thay được biểu quyết',
    yesNo: { yes: 'Có', no: 'Không' },
  },
  noLimit: 'Không quy định',
  kindsLimited: (count: number) => `${count} loại cuộc họp có giới hạn`,
  daysInYear: (count: number, year: string) => `${count} ngày nghỉ năm ${year}`,
  columns: { name: 'Quy định', value: 'Đang áp dụng', source: 'Căn cứ', upcoming: 'Sắp áp dụng' },
  ownRule: 'Quy ước của hệ thống',
  since: (day: string) => `từ ${day}`,
  from: (day: string) => `Từ ${day}`,
  standard: 'Giá trị ban đầu',
  inForce: 'Đang áp dụng',
  upcoming: 'Sắp áp dụng',
  nothingUpcoming: 'Chưa có thay đổi nào được đặt trước.',
  withdraw: 'Bỏ thay đổi này',
  withdrawOf: (day: string) => `Bỏ thay đổi từ ${day}`,
  withdrawn: 'Đã bỏ thay đổi đặt trước.',
  change: 'Đặt giá trị mới',
  value: 'Giá trị mới',
  hoursHint: 'Số giờ; để trống khi không quy định.',
  minutesHint: 'Số phút; để trống khi không quy định.',
  daysOff: 'Ngày nghỉ trong tuần',
  workedWeekends: 'Ngày cuối tuần làm bù',
  daysHint: 'Mỗi dòng một ngày hoặc một khoảng, rồi đến tên: 16/02/2026 – 20/02/2026 Tết Nguyên đán.',
  sourceField: 'Căn cứ',
  sourceHint: 'Số, ký hiệu và điều khoản của văn bản; để trống nếu là quy ước của cơ quan.',
  validFrom: 'Áp dụng từ ngày',
  calendar: 'Chọn ngày trên lịch',
  dayWrong: 'Xin nhập ngày, ví dụ 01/01/2027.',
  validFromHint: 'Chọn hôm nay thì có hiệu lực ngay. Cuộc họp trước ngày này giữ quy định cũ.',
  reason: 'Ghi chú',
  save: 'Đặt giá trị',
  confirmTitle: 'Đặt giá trị mới?',
  confirm: (name: string, day: string) =>
    `“${name}” sẽ đổi từ ${day} cho toàn thành phố. Cuộc họp trước ngày đó giữ quy định cũ. Việc này được ghi vào nhật ký hệ thống.`,
  confirmNow: (name: string) =>
    `“${name}” sẽ đổi ngay bây giờ cho toàn thành phố. Cuộc họp đã bắt đầu giữ quy định cũ. Việc này được ghi vào nhật ký hệ thống.`,
  saved: (day: string) => `Đã đặt; áp dụng từ ${day}.`,
  conflict: 'Người khác vừa đặt giá trị cho quy định này. Nội dung bạn nhập còn giữ; xin xem lại rồi đặt.',
  invalid: {
    value: 'Giá trị này không dùng được. Xin kiểm tra lại.',
    line: (line: number) => `Dòng ${line} không phải là ngày. Viết như 16/02/2026 Tết Nguyên đán.`,
    validFrom: 'Xin chọn hôm nay hoặc một ngày sau hôm nay.',
    source: 'Căn cứ quá dài.',
  },
  history: 'Các lần quyết định',
  historyEmpty: 'Chưa ai thay đổi; giá trị ban đầu đang áp dụng.',
  historyColumns: { value: 'Giá trị', validFrom: 'Áp dụng từ', source: 'Căn cứ', by: 'Người đặt' },
  unknownPerson: 'Tài khoản không còn',
}

/** What another language's texts of the settings have to provide. */
export type SettingsMessages = typeof settings

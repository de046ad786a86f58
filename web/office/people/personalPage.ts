import { auditActionName } from '#contract/auditActions.ts'
import { tableTime } from '#contract/cityTime.ts'
import type { PersonalPart } from '#db/personalData.ts'

const titles: Record<PersonalPart['of'], string> = {
  account: 'Tài khoản',
  units: 'Đơn vị và chức vụ hiện nay',
  roles: 'Vai trò khác hiện nay',
  mandates: 'Thành viên cơ quan, hội đồng',
  positions: 'Quá trình giữ chức vụ, vai trò',
  sessions: 'Phiên đăng nhập',
  meetings: 'Cuộc họp',
  call: 'Việc trong cuộc họp',
  audit: 'Nhật ký kiểm tra',
}

const columns: Readonly<Record<string, string>> = {
  id: 'Mã',
  name: 'Họ và tên',
  email: 'Thư điện tử',
  phone: 'Điện thoại',
  locale: 'Ngôn ngữ',
  createdAt: 'Tạo lúc',
  updatedAt: 'Sửa lúc',
  disabledAt: 'Khóa lúc',
  expiresAt: 'Hết hạn lúc',
  unit: 'Đơn vị',
  role: 'Vai trò',
  roleBefore: 'Vai trò trước đó',
  position: 'Chức vụ',
  grantedAt: 'Giao lúc',
  body: 'Cơ quan',
  offices: 'Chức vụ trong cơ quan',
  mayVote: 'Được biểu quyết',
  endReason: 'Lý do thôi',
  validFrom: 'Từ ngày',
  validUntil: 'Đến ngày',
  ipAddress: 'Địa chỉ mạng',
  userAgent: 'Trình duyệt',
  meeting: 'Cuộc họp',
  startsAt: 'Bắt đầu',
  response: 'Trả lời',
  responseReason: 'Lý do',
  respondedAt: 'Trả lời lúc',
  bannedAt: 'Bị mời ra lúc',
  at: 'Thời điểm',
  what: 'Việc',
  action: 'Việc',
  text: 'Nội dung',
  from: 'Từ',
  to: 'Đến',
  subject: 'Đối tượng',
  actorId: 'Người thực hiện',
  address: 'Địa chỉ mạng',
  detail: 'Chi tiết',
}

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:32px auto;padding:0 16px;color:#1a1f2b}
h1{font-size:24px;margin:0}h2{font-size:17px;margin:32px 0 8px}p{color:#565f70;margin:4px 0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{border:1px solid #ccd2dc;padding:5px 8px;text-align:left;vertical-align:top;overflow-wrap:break-word;min-width:72px}
th{background:#f1f3f7}
@media print{body{margin:0;max-width:none;font-size:11px}table{font-size:9px}.wide{overflow:visible}tr{break-inside:avoid}thead{display:table-header-group}}`

/** What is held on a person as one page without a script, to read and to print: a table a kind, as the parts come. */
export async function* personalPage(
  parts: AsyncGenerator<PersonalPart>,
  nowMs: number,
): AsyncGenerator<string> {
  yield `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Dữ liệu cá nhân</title><style>${style}</style></head><body>
<h1>Dữ liệu cá nhân</h1><p>Mọi thông tin hệ thống Điểm Cầu lưu về một người, lập lúc ${tableTime(nowMs)}.</p>\n`
  let of: PersonalPart['of'] | null = null
  let heads: readonly string[] = []
  for await (const part of parts) {
    let text = ''
    if (part.of !== of) {
      text += `${heads.length > 0 ? end : ''}<h2>${titles[part.of]}</h2>`
      text += part.rows.length === 0 ? '<p>Không có.</p>\n' : ''
      heads = []
      of = part.of
    }
    const [first] = part.rows
    if (first && heads.length === 0) {
      heads = headsOf(part)
      const cells = heads.map((head) => `<th scope="col">${escaped(columns[head] ?? head)}</th>`)
      text += `<div class="wide"><table><thead><tr>${cells.join('')}</tr></thead><tbody>\n`
    }
    for (const row of part.rows) {
      const cells = heads.map((head) => `<td>${escaped(textOf(head, row[head]))}</td>`)
      text += `<tr>${cells.join('')}</tr>\n`
    }
    yield text
  }
  yield `${heads.length > 0 ? end : ''}</body></html>\n`
}

const end = '</tbody></table></div>\n'

/** Of call and log a row says what it has to: what any may say is a column. */
function headsOf({ of, rows }: PersonalPart): string[] {
  const [first = {}] = rows
  const some = { call: ['text', 'from', 'to'], audit: ['actorId', 'address', 'detail'] } as const
  const more = of === 'call' || of === 'audit' ? some[of] : []
  return [...new Set([...Object.keys(first), ...more])]
}

function textOf(head: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date)
    return head.startsWith('valid') ? value.toISOString().slice(0, 10) : tableTime(value.getTime())
  if (head === 'detail') return JSON.stringify(value)
  if (Array.isArray(value)) return value.map((one) => textOf(head, one)).join('; ')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, one]) => textOf(name, one))
      .filter((one) => one !== '')
      .join(', ')
  if (typeof value === 'boolean') return value ? 'Có' : 'Không'
  const text = String(value as string | number)
  return Object.hasOwn(words, text) && worded.has(head) ? (words[text] ?? text) : auditActionName(text)
}

const worded: ReadonlySet<string> = new Set(['role', 'roleBefore', 'response', 'what', 'locale'])
/** What is kept in words of ours, in those of the office. */
const words: Readonly<Record<string, string>> = {
  vi: 'Tiếng Việt',
  en: 'Tiếng Anh',
  none: 'Không',
  official: 'Cán bộ',
  secretary: 'Thư ký',
  chair: 'Chủ trì',
  delegate: 'Đại biểu',
  guest: 'Khách mời',
  technician: 'Cán bộ kỹ thuật',
  clerk: 'Văn thư',
  unit_admin: 'Quản trị đơn vị',
  auditor: 'Kiểm tra, giám sát',
  system_admin: 'Quản trị hệ thống',
  pending: 'Chưa trả lời',
  accepted: 'Xác nhận dự',
  declined: 'Báo vắng',
  participantJoined: 'Vào họp',
  participantLeft: 'Rời cuộc họp',
  participantRemoved: 'Bị mời ra',
  handRaised: 'Giơ tay',
  handLowered: 'Hạ tay',
  spoke: 'Phát biểu',
  messagePosted: 'Gửi tin nhắn',
  recordingAcknowledged: 'Xác nhận đã biết việc ghi',
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? '')
}

import type { Run } from './documentTree.ts'
import { widthMmOf } from './letterWidths.ts'

/** Words of two or more syllables in names of bodies and in subjects; a line does not end inside one. */
const words = [
  ...['ủy ban nhân dân', 'uỷ ban nhân dân', 'hội đồng nhân dân', 'nhân dân', 'văn phòng', 'đại biểu'],
  ...['quốc hội', 'trung tâm', 'phục vụ', 'hành chính công', 'hành chính', 'thủ tục', 'quản lý', 'khu vực'],
  ...['công nghiệp', 'công nghệ cao', 'công nghệ', 'khoa học', 'nông nghiệp', 'môi trường', 'tài chính'],
  ...[
    'xây dựng',
    'nội vụ',
    'tư pháp',
    'công thương',
    'văn hóa',
    'văn hoá',
    'thể thao',
    'giáo dục',
    'đào tạo',
  ],
  ...['y tế', 'dân tộc', 'tôn giáo', 'du lịch', 'quy hoạch', 'kiến trúc', 'thanh tra', 'thông tin'],
  ...['truyền thông', 'kế hoạch', 'đầu tư', 'giao thông', 'vận tải', 'tài nguyên', 'nông thôn', 'phát triển'],
  ...['lao động', 'thương binh', 'xã hội', 'ngoại vụ', 'thường trực', 'chuyển đổi số', 'trực tuyến'],
  ...['cuộc họp', 'hội nghị', 'hội thảo', 'giao ban', 'phiên họp', 'kỳ họp', 'triển khai', 'nhiệm vụ'],
  ...['kết quả', 'giải quyết', 'thực hiện', 'tổng kết', 'sơ kết', 'tiến độ', 'giải ngân', 'ngân sách'],
  ...['cơ sở', 'dữ liệu', 'công tác', 'chương trình', 'đất đai', 'công khai', 'địa bàn', 'toàn thành phố'],
  ...['hà nội', 'chi nhánh', 'đăng ký', 'an toàn', 'thực phẩm', 'phòng cháy', 'chữa cháy', 'bảo hiểm'],
].map((word) => word.split(' '))

/** What names an administrative unit: its own name follows on the same line. */
const unitKinds = [['thành', 'phố'], ['thị', 'xã'], ['thị', 'trấn'], ['phường'], ['xã'], ['quận'], ['huyện']]
const connectives = /^(và|với|về|của|tại|cho|trong|từ|đến|theo|do|giữa|các|tháng|năm|quý)$/u
const longestName = 4
const longestText = 120

/**
 * A text in as few lines as hold it, broken where it is read: before "và" and before a unit's name, never inside a
 * word of two syllables or between "Thành phố" and its name unless nothing else fits; the lines are about as long as
 * each other. A single word wider than the line stands on a line of its own.
 * @param asRun the style in which a line is written
 */
export function linesBySense(text: string, widthMm: number, asRun: (text: string) => Run): string[] {
  const syllables = text.split(' ').filter((one) => one !== '')
  if (syllables.length > longestText) return [text] // too long to be read as lines; the renderer breaks it
  const widthOf = (from: number, to: number): number => widthMmOf(asRun(syllables.slice(from, to).join(' ')))
  const costs = breakCosts(syllables)
  // best[i]: the cheapest way to write the first i syllables: fewest lines first, then breaks and evenness.
  const best: { lines: number; cost: number; from: number }[] = [{ lines: 0, cost: 0, from: 0 }]
  for (let to = 1; to <= syllables.length; to++) {
    for (let from = to - 1; from >= 0; from--) {
      const width = widthOf(from, to)
      if (width > widthMm && from < to - 1) break
      const before = best[from]
      if (!before) continue
      const slack = Math.max(0, 1 - width / widthMm)
      const cost = before.cost + slack * slack + (to < syllables.length ? (costs[to] ?? 0) : 0)
      // A break inside a word is worse than one more line.
      const whole = Math.floor(cost / wordBroken)
      const found = { lines: before.lines + 1, cost, from }
      const old = best[to]
      const oldWhole = old ? Math.floor(old.cost / wordBroken) : Infinity
      const isBetter =
        !old ||
        whole < oldWhole ||
        (whole === oldWhole &&
          (found.lines < old.lines || (found.lines === old.lines && found.cost < old.cost)))
      if (isBetter) best[to] = found
    }
  }
  const lines: string[] = []
  for (let to = syllables.length; to > 0; to = best[to]?.from ?? 0) {
    lines.unshift(syllables.slice(best[to]?.from ?? 0, to).join(' '))
  }
  return lines
}

const wordBroken = 1000

/** What it costs to end a line before each syllable. */
function breakCosts(syllables: readonly string[]): number[] {
  const plain = syllables.map((one) => one.toLocaleLowerCase('vi').replace(/[.,;:]+$/u, ''))
  const costs = syllables.map((syllable, i) => {
    if (plain[i] === '-') return wordBroken
    if (plain[i - 1] === '-') return 0
    if (connectives.test(plain[i] ?? '') || isKindAt(plain, i)) return 0
    if (/[,;:]$/u.test(syllables[i - 1] ?? '')) return 0
    if (connectives.test(plain[i - 1] ?? '')) return 2
    // In a name that was not typed in capitals a capital begins a word (NĐ 30/2020 Phụ lục II).
    const isLower = (one: string | undefined): boolean => one !== undefined && one === one.toLowerCase()
    return !isLower(syllable) && isLower(syllables[i + 1]) ? 0.3 : 0.6
  })
  for (let i = 0; i < plain.length; i++) {
    for (const word of words) {
      if (!word.every((part, k) => plain[i + k] === part)) continue
      for (let k = 1; k < word.length; k++) costs[i + k] = wordBroken
    }
    const kind = unitKinds.find((one) => one.every((part, k) => plain[i + k] === part))
    if (!kind) continue
    const name = nameLength(syllables, plain, i + kind.length)
    for (let k = 1; k < kind.length + name; k++) costs[i + k] = wordBroken
  }
  return costs
}

function isKindAt(plain: readonly string[], i: number): boolean {
  return unitKinds.some((kind) => kind.every((part, k) => plain[i + k] === part))
}

/** How many syllables from here are a unit's own name: those with capitals, up to the next word that is none. */
function nameLength(syllables: readonly string[], plain: readonly string[], from: number): number {
  let count = 0
  while (count < longestName) {
    const syllable = syllables[from + count]
    if (syllable === undefined || !/^[\p{Lu}\d]/u.test(syllable)) break
    if (connectives.test(plain[from + count] ?? '') || isKindAt(plain, from + count)) break
    count += 1
    if (/[.,;:]$/u.test(syllable)) break
  }
  return count
}

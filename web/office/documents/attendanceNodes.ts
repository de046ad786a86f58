import type { MinutesContent } from '#contract/minutes.ts'
import { officialDate, officialTime } from '#contract/officialText.ts'
import type { DocumentNode, DocumentSection, Paragraph, Table } from './documentTree.ts'
import { officialLayout as layout } from './officialLayout.ts'
import { bodyText, centred, headed } from './paragraphs.ts'
import { plainLine } from './plainText.ts'

/** More names than this (present or absent, all told) go into an annex. */
const namesInBody = 20

type Present = MinutesContent['present'][number]
type Absent = MinutesContent['absent'][number]

/** Who was there and who was not, as it stands in the body: the names themselves, or the numbers and the annex. */
export function attendanceNodes(content: MinutesContent): { nodes: DocumentNode[]; needsAnnex: boolean } {
  const { present, absent } = content
  const needsAnnex = present.length + absent.length > namesInBody
  const annexNote = ' (danh sách tại Phụ lục kèm theo)'
  const nodes: DocumentNode[] = []
  if (present.length > 0) {
    nodes.push(
      bodyText(
        needsAnnex
          ? `Thành phần tham dự: ${countText(present)}${annexNote}.`
          : `Thành phần tham dự: ${countText(present)}, gồm:`,
      ),
    )
    if (!needsAnnex) nodes.push(...listed(present.map(presentText)))
  }
  if (absent.length > 0) {
    nodes.push(
      bodyText(
        needsAnnex
          ? `Vắng mặt: ${twoDigits(absent.length)}${annexNote}.`
          : `Vắng mặt: ${twoDigits(absent.length)}, gồm:`,
      ),
    )
    if (!needsAnnex) nodes.push(...listed(absent.map(absentText)))
  }
  return { nodes, needsAnnex }
}

/** The annex with the full lists, in tables: 150 sites are four pages. Its pages are numbered on their own. */
export function annexSection(content: MinutesContent): DocumentSection {
  const sites = content.present.filter((one) => one.isSite)
  const people = content.present.filter((one) => !one.isSite)
  const number = plainLine(content.docNumber)
  const reference = `${number === '' ? '\u00A0'.repeat(6) : number}/${plainLine(content.docSymbol)}`
  const nodes: DocumentNode[] = [
    centred('PHỤ LỤC', layout.sizePt.title, { isBold: true }),
    centred('DANH SÁCH ĐIỂM CẦU VÀ ĐẠI BIỂU', layout.sizePt.title, { isBold: true }),
    centred(
      `(Kèm theo Biên bản số ${reference} ${officialDate(content.dateMs)} của ${plainLine(content.body)})`,
      layout.sizePt.body,
      { isItalic: true },
    ),
    { type: 'rule', lengthMm: layout.ruleMm.title },
    { type: 'gap', heightPt: 8 },
  ]
  const parts = [
    { title: 'Điểm cầu', count: sites.length, table: siteTable(sites) },
    { title: 'Đại biểu', count: people.length, table: peopleTable(people) },
    { title: 'Vắng mặt', count: content.absent.length, table: absentTable(content.absent) },
  ].filter((part) => part.count > 0)
  parts.forEach(({ title, count, table }, index) => {
    nodes.push(headed(`${['I', 'II', 'III'][index] ?? ''}. ${title} (${twoDigits(count)})`), table)
    if (index < parts.length - 1) nodes.push({ type: 'gap', heightPt: 10 })
  })
  return { nodes }
}

function listed(lines: string[]): Paragraph[] {
  return lines.map((line, index) => bodyText(`- ${line}${index === lines.length - 1 ? '.' : ';'}`))
}

function countText(present: Present[]): string {
  const sites = present.filter((one) => one.isSite).length
  const people = present.length - sites
  const parts: string[] = []
  if (sites > 0) parts.push(`${twoDigits(sites)} điểm cầu`)
  if (people > 0) parts.push(`${twoDigits(people)} đại biểu`)
  return parts.join(' và ')
}

function joined(parts: string[]): string {
  return parts
    .map(plainLine)
    .filter((part) => part !== '')
    .join(', ')
}

function presentText(one: Present): string {
  const notes = circumstances(one)
  const who = one.isSite
    ? joined([capitalised(sited(one.name)), one.unitName])
    : joined([one.name, one.position, one.unitName])
  return notes.length === 0 ? who : `${who} (${notes.join('; ')})`
}

function absentText(one: Absent): string {
  const who = joined([one.name, one.position, one.unitName])
  const reason = plainLine(one.reason)
  return reason === '' ? who : `${who} (${reason})`
}

function siteTable(sites: Present[]): Table {
  return table(
    [
      ['Điểm cầu', 57, 'left'],
      ['Đơn vị', 62, 'left'],
      ['Ghi chú', 34, 'left'],
    ],
    sites.map((one) => [plainLine(one.name), plainLine(one.unitName), noteOf(one)]),
  )
}

function peopleTable(people: Present[]): Table {
  return table(
    [
      ['Họ và tên', 42, 'left'],
      ['Chức vụ', 38, 'left'],
      ['Đơn vị', 39, 'left'],
      ['Ghi chú', 34, 'left'],
    ],
    people.map((one) => [plainLine(one.name), plainLine(one.position), plainLine(one.unitName), noteOf(one)]),
  )
}

function absentTable(absent: Absent[]): Table {
  return table(
    [
      ['Họ và tên hoặc điểm cầu', 42, 'left'],
      ['Chức vụ', 34, 'left'],
      ['Đơn vị', 39, 'left'],
      ['Lý do', 38, 'left'],
    ],
    absent.map((one) => [one.name, one.position, one.unitName, one.reason].map(plainLine)),
  )
}

function noteOf(one: Present): string {
  return capitalised(circumstances(one).join('; '))
}

/** Where somebody sat and when, if that is worth a word. */
function circumstances(one: Present): string[] {
  const notes: string[] = []
  if (!one.isSite && one.siteName !== '') notes.push(`dự tại ${sited(one.siteName)}`)
  if (one.isLate && one.joinedAtMs !== null) notes.push(`đến lúc ${officialTime(one.joinedAtMs)}`)
  return notes
}

/** "điểm cầu phường A", whether or not the site's own name says that it is one. */
function sited(siteName: string): string {
  return `điểm cầu ${plainLine(siteName).replace(/^điểm cầu\s+/iu, '')}`
}

function capitalised(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase('vi') + text.slice(1)
}

function table(columns: [string, number, 'left' | 'center'][], rows: string[][]): Table {
  return {
    type: 'table',
    sizePt: layout.sizePt.annexTable,
    columns: [
      { title: 'STT', widthMm: 12, align: 'center' },
      ...columns.map(([title, widthMm, align]) => ({ title, widthMm, align })),
    ],
    rows: rows.map((cells, index) => [String(index + 1), ...cells]),
  }
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0')
}

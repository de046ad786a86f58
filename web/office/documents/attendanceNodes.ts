import type { MinutesContent } from '#contract/minutes.ts'
import { officialDate, officialOffice, officialSite, officialTimeFrom } from '#contract/officialText.ts'
import { unitBesideSite } from '#contract/siteName.ts'
import type { DocumentNode, DocumentSection, Paragraph, Table } from './documentTree.ts'
import { officialLayout as layout } from './officialLayout.ts'
import { asSentence, blank, bodyText, centred, headed, ruledLines } from './paragraphs.ts'
import { docReference } from './docReference.ts'
import { capitalised, plainLine } from './plainText.ts'

/** More names than this (present or absent, all told) go into an annex. */
const namesInBody = 20

type Present = MinutesContent['present'][number]
type Absent = MinutesContent['absent'][number]

/** Who was there and who was not, as it stands in the body: the names themselves, or the numbers and the annex. */
export function attendanceNodes(content: MinutesContent): { nodes: DocumentNode[]; needsAnnex: boolean } {
  const { present, absent, startedAtMs: startMs } = content
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
    if (!needsAnnex) nodes.push(...listed(present.map((one) => presentText(one, startMs))))
  } else {
    nodes.push(bodyText(`Thành phần tham dự: ${blank}`))
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
  const nodes: DocumentNode[] = [
    centred('Phụ lục', layout.sizePt.title, { isBold: true }),
    centred(annexTitle(sites.length, people.length), layout.sizePt.title, { isBold: true }),
    ...ruledLines(
      `(Kèm theo Biên bản số ${docReference(content)} ${officialDate(content.dateMs)} của ${plainLine(content.body)})`,
      layout.textWidthMm,
      (text) => ({ text, sizePt: layout.sizePt.body, isItalic: true }),
    ),
    { type: 'gap', heightPt: 8 },
  ]
  const parts = [
    { title: 'Điểm cầu', count: sites.length, table: siteTable(sites, content.startedAtMs) },
    { title: 'Đại biểu', count: people.length, table: peopleTable(people, content.startedAtMs) },
    { title: 'Vắng mặt', count: content.absent.length, table: absentTable(content.absent) },
  ].filter((part) => part.count > 0)
  parts.forEach(({ title, count, table }, index) => {
    nodes.push(headed(`${['I', 'II', 'III'][index] ?? ''}. ${title} (${twoDigits(count)})`), table)
    if (index < parts.length - 1) nodes.push({ type: 'gap', heightPt: 10 })
  })
  return { nodes }
}

function listed(lines: string[]): Paragraph[] {
  const bare = lines.map((line) => asSentence(line).slice(0, -1))
  return bare.map((line, index) => bodyText(`- ${line}${index === lines.length - 1 ? '.' : ';'}`))
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

function presentText(one: Present, startMs: number): string {
  const notes = circumstances(one, startMs)
  const [name, unit] = [plainLine(one.name), plainLine(one.unitName)]
  const who = one.isSite
    ? joined([capitalised(officialSite(name)), unitBesideSite(name, unit)])
    : joined([name, officialOffice(plainLine(one.position), unit)])
  return notes.length === 0 ? who : `${who} (${notes.join('; ')})`
}

function absentText(one: Absent): string {
  const who = joined([one.name, officialOffice(plainLine(one.position), plainLine(one.unitName))])
  const reason = plainLine(one.reason)
  return reason === '' ? who : `${who} (${reason})`
}

function siteTable(sites: Present[], startMs: number): Table {
  return table(
    [
      ['Điểm cầu', 57, 'left'],
      ['Đơn vị', 62, 'left'],
      ['Ghi chú', 34, 'left'],
    ],
    sites.map((one) => [plainLine(one.name), plainLine(one.unitName), noteOf(one, startMs)]),
  )
}

function peopleTable(people: Present[], startMs: number): Table {
  return table(
    [
      ['Họ và tên', 42, 'left'],
      ['Chức vụ', 38, 'left'],
      ['Đơn vị', 39, 'left'],
      ['Ghi chú', 34, 'left'],
    ],
    people.map((one) => [
      plainLine(one.name),
      plainLine(one.position),
      plainLine(one.unitName),
      noteOf(one, startMs),
    ]),
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

function noteOf(one: Present, startMs: number): string {
  return capitalised(circumstances(one, startMs).join('; '))
}

/** What is listed, and nothing that is not. */
function annexTitle(siteCount: number, peopleCount: number): string {
  const parts = [...(siteCount > 0 ? ['ĐIỂM CẦU'] : []), ...(peopleCount > 0 ? ['ĐẠI BIỂU'] : [])]
  return `DANH SÁCH ${parts.length === 0 ? 'VẮNG MẶT' : parts.join(' VÀ ')}`
}

/** Where somebody sat and when, if that is worth a word. */
function circumstances(one: Present, startMs: number): string[] {
  const notes: string[] = []
  if (!one.isSite && one.siteName !== '') notes.push(`dự tại ${officialSite(plainLine(one.siteName))}`)
  if (one.isLate && one.joinedAtMs !== null)
    notes.push(`đến lúc ${officialTimeFrom(startMs, one.joinedAtMs)}`)
  return notes
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

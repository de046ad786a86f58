import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { after, briefing, invited, joins } from '#office/minutes/testing/minutesTestCall.ts'
import { attendanceRows } from './attendanceRows.ts'
import { attendanceTable } from './attendanceTable.ts'
import { attendanceXlsx } from './attendanceXlsx.ts'

interface Cell {
  type: string
  value: string
  format: string
}

/** The cells of the only sheet, by their addresses, as a spreadsheet reads them (ECMA-376 part 1, 18.3). */
async function cellsOf(facts: ReturnType<typeof briefing>): Promise<Record<string, Cell>> {
  const parts = unzipSync(await attendanceXlsx(attendanceTable(attendanceRows(facts, after(500)), facts)))
  const part = (name: string): string => strFromU8(parts[name] ?? new Uint8Array())
  const texts = [...part('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, si = '']) =>
    unescaped(si.replace(/<[^>]+>/g, '')),
  )
  const formats = new Map(
    [...part('xl/styles.xml').matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map(
      ([, id, code = '']) => [id, unescaped(code)],
    ),
  )
  const styles = [
    ...(part('xl/styles.xml').match(/<cellXfs.*<\/cellXfs>/s)?.[0] ?? '').matchAll(/<xf ([^>]*)>/g),
  ].map(([, xf = '']) => formats.get(/numFmtId="(\d+)"/.exec(xf)?.[1] ?? '') ?? '')
  const sheet = part('xl/worksheets/sheet1.xml')
  expect(sheet).not.toContain('<f>')
  return Object.fromEntries(
    [...sheet.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(([, attributes = '', inner = '']) => {
      const of = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
      const raw = unescaped(/<(?:v|t)[^>]*>(.*?)<\/(?:v|t)>/s.exec(inner)?.[1] ?? '')
      const type = of('t')
      return [
        of('r'),
        {
          type: type === 's' || type === 'inlineStr' ? 'text' : raw === '' ? '' : 'number',
          value: type === 's' ? (texts[Number(raw)] ?? '') : raw,
          format: styles[Number(of('s'))] ?? '',
        },
      ]
    }),
  )
}

function unescaped(xml: string): string {
  const signs: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&apos;': "'",
    '&amp;': '&',
  }
  return xml.replace(/&(?:lt|gt|quot|apos|amp);/g, (sign) => signs[sign] ?? sign)
}

/** The moment, in Hanoi, that a spreadsheet's day number names: days since 30 December 1899. */
const momentOf = (days: string): string =>
  new Date(Math.round((Number(days) - 25_569) * 86_400) * 1000).toISOString().slice(0, 19)

describe('the attendance list as a workbook', () => {
  it('says what it is of above the table', async () => {
    const cells = await cellsOf(briefing())
    expect(cells['A1']).toMatchObject({
      type: 'text',
      value: 'Danh sách điểm danh: Họp giao ban tháng 11 năm 2026',
    })
    expect(cells['A2']?.value).toBe('Bắt đầu theo kế hoạch')
    expect(momentOf(cells['B2']?.value ?? '')).toBe('2026-11-23T08:00:00')
    expect(['A4', 'B4', 'M4'].map((at) => cells[at]?.value)).toEqual([
      'STT',
      'Họ và tên hoặc điểm cầu',
      'Số lần vào',
    ])
  })

  it('gives times as dates, lengths and counts as numbers, what is not there as nothing', async () => {
    const cells = await cellsOf(briefing())
    const row = Object.keys(cells)
      .find((at) => cells[at]?.value === 'Phạm Thị Hường')
      ?.slice(1)
    const at = (column: string): Cell => cells[`${column}${row}`] ?? { type: '', value: '', format: '' }
    expect(at('A')).toMatchObject({ type: 'number', value: '8' })
    expect(at('I').value).toBe('Hội trường (Phường Ba Đình)')
    expect(at('H').value).toBe('')
    expect(at('J')).toMatchObject({ type: 'number', format: 'dd/mm/yyyy hh:mm:ss' })
    expect(momentOf(at('J').value)).toBe('2026-11-23T08:17:00')
    expect(momentOf(at('K').value)).toBe('2026-11-23T09:30:00')
    expect(at('L')).toMatchObject({ type: 'number', format: '[h]:mm:ss' })
    expect(Math.round(Number(at('L').value) * 86_400)).toBe(72 * 60)
    expect(at('M')).toMatchObject({ type: 'number', value: '2' })
  })

  it('leaves every text a text: formulas, leading zeros, markup, quotes; never a letter that breaks the file', async () => {
    const names = [
      '=HYPERLINK("http://x","y")',
      '+84 912',
      '@SUM(A1)',
      '00123',
      '26/11/2026',
      '<b>An & "Bình"</b>',
      'hai\r\ndòng',
      'An\u0000\u0008\uFFFF\uD800',
      "'Ổn",
    ]
    const cells = await cellsOf({
      ...briefing(),
      participants: names.map((name, i) => invited(`n${i}`, 'delegate', { name })),
      events: names.map((_, i) => joins(`n${i}`, after(0))),
    })
    const written = Object.entries(cells).filter(([at]) => /^B([5-9]|\d\d)$/.test(at))
    expect(written.map(([, cell]) => cell.type)).toEqual(names.map(() => 'text'))
    expect(written.map(([, cell]) => cell.value).sort()).toEqual(
      [...names.slice(0, 6), 'hai dòng', 'An', "'Ổn"].sort(),
    )
  })
})

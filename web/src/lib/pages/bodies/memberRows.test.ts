import { expect, it } from 'vitest'
import { lastDayOf, spanText, untilAfter } from './bodyDays.ts'
import { membersIn } from './memberRows.ts'

const told = (text: string) =>
  membersIn(text, true).map(({ name, position, offices }) => [name, position, offices.join('+')])

it('takes members from rows as lists and spreadsheets have them', () => {
  expect(told('1. Ông Bùi Văn An, Chủ tịch, Bí thư Đảng ủy phường\n- Đ/c Đỗ Thị Bình - Ủy viên\n\n')).toEqual(
    [
      ['Bùi Văn An', 'Bí thư Đảng ủy phường', 'chair'],
      ['Đỗ Thị Bình', '', 'member'],
    ],
  )
  expect(told('1\tVũ Văn Đức\tPhó chủ tịch\tTrưởng phòng, kiêm nhiệm\r\n2\tLý Thị Yến')).toEqual([
    ['Vũ Văn Đức', 'Trưởng phòng, kiêm nhiệm', 'deputy_chair'],
    ['Lý Thị Yến', '', ''],
  ])
})

it('takes for an office in the body its bare word alone: what is chaired elsewhere is a position', () => {
  expect(told('Bùi Văn An, Chủ tịch UBND phường')).toEqual([['Bùi Văn An', 'Chủ tịch UBND phường', '']])
  expect(told('Bùi Văn An; TRƯỞNG BAN; thư ký')).toEqual([['Bùi Văn An', '', 'head+secretary']])
})

it('writes a last day where the record has the first day after it', () => {
  expect(untilAfter('2025-06-30')).toBe('2025-07-01')
  expect(lastDayOf({ until: '2025-07-01' })).toBe('2025-06-30')
  expect([untilAfter(''), lastDayOf({ until: null })]).toEqual([null, ''])
  const from = (day: string) => `từ ${day}`
  expect(spanText({ from: '2021-07-01', until: '2025-07-01' }, from)).toBe('01/07/2021 – 30/06/2025')
  expect(spanText({ from: '2021-07-01', until: null }, from)).toBe('từ 01/07/2021')
})

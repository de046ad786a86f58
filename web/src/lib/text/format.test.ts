import { expect, test } from 'vitest'
import { fromDateAndTime, startOfDayMs, toDateInput, toTimeInput } from '#contract/cityTime.ts'
import { compareNames, fold, Formats, cutName, initialsOf, parseDay, parseTime } from './format.ts'

const at = Date.parse('2026-11-23T07:30:00.000Z') // 14:30 in the city
const vi = new Formats('vi')
const en = new Formats('en')

test('a date is written as the house writes it', () => {
  expect(vi.date(at)).toBe('Thứ Hai, 23/11/2026')
  expect(en.date(at)).toBe('Monday, 23/11/2026')
  expect(vi.time(at)).toBe('14:30')
  expect(vi.moment(at)).toBe('14:30, 23/11/2026')
})

test('late in the evening by UTC is already the next day in the city', () => {
  const evening = Date.parse('2026-11-23T17:00:00.000Z')
  expect(vi.day(evening)).toBe('24/11/2026')
  expect(startOfDayMs(evening)).toBe(evening)
  expect(startOfDayMs(evening - 1)).toBe(evening - 86_400_000)
})

test('date and time fields give back the moment that filled them', () => {
  expect(fromDateAndTime(toDateInput(at), toTimeInput(at))).toBe(at)
  expect(fromDateAndTime('2026-13-01', '10:00')).toBeNull()
  expect(fromDateAndTime('', '10:00')).toBeNull()
})

test('a span names the second day only when it is another one', () => {
  expect(vi.span(at, at + 90 * 60_000)).toBe('14:30 – 16:00')
  expect(vi.timeFrom(at, at + 3_600_000)).toBe('15:30')
  expect(vi.timeFrom(at, at + 10 * 3_600_000)).toBe('00:30, 24/11/2026')
  expect(vi.span(at, at + 86_400_000)).toBe('14:30 – 14:30, 24/11/2026')
})

test('durations and clocks read naturally', () => {
  expect(vi.duration(90 * 60_000)).toBe('1 giờ 30 phút')
  expect(vi.duration(2 * 3_600_000)).toBe('2 giờ')
  expect(en.duration(45_000)).toBe('45 s')
  expect(vi.clock(3_765_000)).toBe('1:02:45')
  expect(vi.clock(65_000)).toBe('1:05')
})

test('sizes have the decimal comma of the language', () => {
  expect(vi.bytes(12_345_678)).toBe('12,3\u00A0MB')
  expect(en.bytes(999)).toBe('999\u00A0B')
})

test('how far away a moment is, is said in the language', () => {
  expect(vi.relative(at + 86_400_000, at)).toBe('ngày mai')
  expect(vi.relative(at + 10 * 60_000, at)).toBe('sau 10 phút nữa')
})

test('names are ordered by the given name, with the order of Vietnamese letters', () => {
  const names = ['Trần Văn Đạt', 'Nguyễn Thị Ánh', 'Lê Văn Dũng', 'Phạm An']
  expect(names.toSorted(compareNames)).toEqual(['Phạm An', 'Nguyễn Thị Ánh', 'Lê Văn Dũng', 'Trần Văn Đạt'])
})

test('folding makes both spellings of Hòa and the letter Đ findable', () => {
  expect(fold('  Hoà   Đống Đa ')).toBe('hoa dong da')
  expect(fold('Hòa')).toBe(fold('Hoà'))
})

test('the picture of a person without one carries family and given name', () => {
  expect(initialsOf('Nguyễn Thị Ánh')).toBe('NÁ')
  expect(initialsOf('Minh')).toBe('M')
  expect(initialsOf('Điểm cầu phường Hoàn Kiếm (mẫu)')).toBe('ĐK')
  expect(initialsOf('  (?) ')).toBe('?')
})

test('a day may be typed in the ways that people type it', () => {
  for (const text of ['23/11/2026', '23-11-2026', '23.11.26', ' 23112026 '])
    expect(parseDay(text)).toBe('2026-11-23')
  expect(parseDay('5/2/2027')).toBe('2027-02-05')
})

test('a day that does not exist is none', () => {
  for (const text of ['31/02/2026', '2026', '11/23/2026', '', 'mai']) expect(parseDay(text)).toBeNull()
})

test('a time may be typed in the ways that people type it', () => {
  for (const text of ['14:30', '14h30', '1430', '14.30', '14 giờ 30']) expect(parseTime(text)).toBe('14:30')
  expect(parseTime('9')).toBe('09:00')
  expect(parseTime('9h')).toBe('09:00')
  for (const text of ['25:00', '14:75', '', 'sáng']) expect(parseTime(text)).toBeNull()
})

test('a name that is too long keeps the given name and what follows it in brackets', () => {
  expect(cutName('Nguyễn Phước Quý Thị Mẫu Ánh')).toEqual(['Nguyễn Phước Quý Thị ', 'Mẫu Ánh'])
  expect(cutName('Lê Văn Cường')).toEqual(['Lê Văn ', 'Cường'])
  expect(cutName('Trần Thị Mẫu Bình (thư ký)')).toEqual(['Trần Thị ', 'Mẫu Bình (thư ký)'])
  expect(cutName('Minh')).toEqual(['', 'Minh'])
})

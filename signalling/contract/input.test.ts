import { expect, test } from 'vitest'
import { line, paragraphs } from './input.ts'

const name = line(60, 1)

test('spoofing: a name that shows nothing is none', () => {
  for (const text of [
    '',
    ' ',
    '\u200b',
    '\u2060\ufeff',
    '\u200d\u3164',
    '\u2800',
    '\u202e\u2066',
    '\ud800',
    '\u{e0041}',
  ])
    expect([text, name.safeParse(text).success]).toEqual([text, false])
})

test('spoofing: nothing that is typed turns the line round, or stands in it unseen', () => {
  expect(name.parse('Nguyễn \u202egnuH\u202c\u2066 Mẫu\u200b ')).toBe('Nguyễn gnuH Mẫu')
  expect(paragraphs(60).parse('Một\u2067\r\nHai\u00ad\u0007ba\tbốn')).toBe('Một\nHai ba\tbốn')
})

test('half characters, which no JSON of the database holds, are not kept', () => {
  expect(name.parse('Họp \ud800mẫu\udc00')).toBe('Họp mẫu')
  expect(paragraphs(60).parse('\udfff\ud83d\ude00\uffff')).toBe('😀')
})

test('names of any script stay as they are, and two lines become one', () => {
  for (const text of ['Đặng Thị Mẫu', 'ສົມພອນ', 'محمد علي', '王小明', "O'Brien-Mẫu", '😀 Lan'])
    expect(name.parse(` ${text}\t`)).toBe(text)
  expect(name.parse('Ban\u2028Mẫu\r\nHai')).toBe('Ban Mẫu Hai')
})

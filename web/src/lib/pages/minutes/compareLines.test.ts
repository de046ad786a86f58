import { expect, test } from 'vitest'
import { compareLines } from './compareLines.ts'

const marks = { same: ' ', gone: '-', new: '+' }
const compared = (earlier: string, later: string): string =>
  compareLines(earlier.split(''), later.split(''))
    .map(({ kind, text }) => `${marks[kind]}${text}`.trim())
    .join('')

test('what is the same stays, what was changed is gone and new in its place', () => {
  expect(compared('abcd', 'abcd')).toBe('abcd')
  expect(compared('abcd', 'axcd')).toBe('a-b+xcd')
  expect(compared('abc', 'abxc')).toBe('ab+xc')
  expect(compared('abc', 'ac')).toBe('a-bc')
})

test('the longest common lines stay, whatever stands around them', () => {
  expect(compared('abcdef', 'xbcdyf')).toBe('-a+xbcd-e+yf')
  expect(compared('aab', 'ab')).toBe('a-ab')
  expect(compared('', 'ab')).toBe('+a+b')
  expect(compared('ab', '')).toBe('-a-b')
})

test('every line of both is told once', () => {
  const earlier = Array.from({ length: 300 }, (_none, i) => `${i % 7} ${i % 11}`)
  const later = Array.from({ length: 280 }, (_none, i) => `${i % 5} ${i % 11}`)
  const lines = compareLines(earlier, later)
  expect(lines.flatMap(({ kind, text }) => (kind === 'new' ? [] : [text]))).toEqual(earlier)
  expect(lines.flatMap(({ kind, text }) => (kind === 'gone' ? [] : [text]))).toEqual(later)
})

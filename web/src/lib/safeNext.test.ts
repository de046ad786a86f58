import { expect, test } from 'vitest'
import { safeNext } from './safeNext.ts'

test('a path on this host is kept with its query and fragment', () => {
  expect(safeNext('/meetings/abc?tab=agenda#item-2')).toBe('/meetings/abc?tab=agenda#item-2')
})

test.each([
  'https://evil.example/',
  '//evil.example/path',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/..//evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  'meetings',
  '',
  null,
  undefined,
  '/' + 'a'.repeat(3000),
])('an address that leads away, %j, becomes the home page', (next) => {
  expect(safeNext(next)).toBe('/')
})

test('signing in does not lead back to signing in', () => {
  expect(safeNext('/login?next=/login')).toBe('/')
})

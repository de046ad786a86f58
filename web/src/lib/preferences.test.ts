import { expect, test } from 'vitest'
import { localeOfAcceptLanguage, parseTheme } from './preferences.ts'

test('a browser that prefers English gets English', () => {
  expect(localeOfAcceptLanguage('en-GB,en;q=0.9,vi;q=0.8')).toBe('en')
})

test('the quality decides, not the order', () => {
  expect(localeOfAcceptLanguage('en;q=0.4, vi-VN;q=0.9')).toBe('vi')
})

test('a browser with languages that we do not speak, or with none, gets Vietnamese', () => {
  expect(localeOfAcceptLanguage('fr-FR,de;q=0.5')).toBe('vi')
  expect(localeOfAcceptLanguage('en;q=0')).toBe('vi')
  expect(localeOfAcceptLanguage(null)).toBe('vi')
})

test('a theme cookie with another value is ignored', () => {
  expect(parseTheme('"><script>')).toBeNull()
  expect(parseTheme('dark')).toBe('dark')
})

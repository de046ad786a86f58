import { expect, it } from 'vitest'
import { chatPieces } from './links.ts'

const linksOf = (message: string) => chatPieces(message).flatMap(({ href }) => href ?? [])

it('an address in a sentence can be followed, without the sentence’s own signs', () => {
  expect(chatPieces('Xem https://danang.gov.vn/a?b=1, (http://x.vn/y). Cảm ơn')).toEqual([
    { text: 'Xem ', href: null },
    { text: 'https://danang.gov.vn/a?b=1', href: 'https://danang.gov.vn/a?b=1' },
    { text: ', (', href: null },
    { text: 'http://x.vn/y', href: 'http://x.vn/y' },
    { text: '). Cảm ơn', href: null },
  ])
  expect(linksOf('https://vi.wikipedia.org/wiki/A_(B)')).toEqual(['https://vi.wikipedia.org/wiki/A_(B)'])
})

it('nothing but http and https can be followed', () => {
  const hostile = [
    'javascript:alert(1)',
    'JaVaScRiPt:https://x.vn',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'vbscript:x',
    'https://',
    'https://danang.gov.vn@evil.example/',
    'http://a:b@evil.example',
  ]
  for (const text of hostile) {
    for (const link of linksOf(text)) expect(link).toBe('https://x.vn/')
    expect(
      chatPieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  }
  expect(linksOf('https://danang.gov.vn@evil.example/')).toEqual([])
})

it('no sign of HTML becomes a part of an address, and every message stays whole', () => {
  for (const text of [
    'https://x.vn/"onclick="alert(1)',
    "https://x.vn/'><img src=x onerror=alert(1)>",
    '<a href="https://x.vn">x</a>',
    'https://x.vn\nhttps://y.vn',
    '',
    `https://x.vn/${')'.repeat(3900)}`,
  ]) {
    for (const link of linksOf(text)) expect(link).toMatch(/^https:\/\/[xy]\.vn\/$/)
    expect(
      chatPieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  }
})

import { describe, expect, test } from 'vitest'
import { plainLine, plainParagraphs, plainText, safeFileName } from './plainText.ts'

describe('text that was pasted from a word processor', () => {
  test('its bullets of symbol fonts become hyphens, as official documents list', () => {
    expect(plainParagraphs('\uF0B7\tGiao Sở Nội vụ;\r\n\uF0A7 Phối hợp;\n  \uF0FC\u00a0Báo cáo.')).toEqual([
      '- Giao Sở Nội vụ;',
      '- Phối hợp;',
      '- Báo cáo.',
    ])
    expect(plainLine('đạt \uF0B3 95%')).toBe('đạt 95%')
  })

  test('its manual line breaks separate words, and its invisible marks go', () => {
    expect(plainParagraphs('chủ trì\u000bphối hợp\u000ctrang sau')).toEqual([
      'chủ trì',
      'phối hợp',
      'trang sau',
    ])
    expect(plainLine('chủ trì\u000bphối hợp')).toBe('chủ trì phối hợp')
    expect(plainLine('đơn\u00ad vị\u200b có\u2060 tên')).toBe('đơn vị có tên')
  })

  test('its quotes, dashes and composed letters stay', () => {
    expect(plainLine('“Thực hiện” – khẩn trương…')).toBe('“Thực hiện” – khẩn trương…')
    expect(plainText('Hoa\u0300')).toBe('Hoà')
  })
})

describe('a file name', () => {
  test('is letters, digits and hyphens whatever is asked for', () => {
    expect(safeFileName('../Biên bản "Đống Đa"\r\nSet-Cookie: x', 'pdf')).toBe(
      'Bien-ban-Dong-Da-Set-Cookie-x.pdf',
    )
    expect(safeFileName('会议', 'docx')).toBe('tai-lieu.docx')
    expect(safeFileName('a'.repeat(500), 'csv')).toHaveLength(84)
  })
})

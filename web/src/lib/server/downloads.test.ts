import { expect, test } from 'vitest'
import { byteRangeOf, dispositionOf } from './downloads.ts'

test('a Vietnamese file name is kept, with a plain stand-in', () => {
  expect(dispositionOf('Biên bản Đống Đa.pdf')).toBe(
    `attachment; filename="Bien ban dong da.pdf"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20%C4%90%E1%BB%91ng%20%C4%90a.pdf`,
  )
})

test('a file name cannot break out of the header', () => {
  const header = dispositionOf('a"\r\nSet-Cookie: x=1; /../b.pdf')
  expect(header).not.toMatch(/[\r\n]/)
  expect(header.match(/"/g)).toHaveLength(2)
})

test('ranges of bytes are read as HTTP means them', () => {
  expect(byteRangeOf('bytes=0-499')).toEqual({ start: 0, end: 499 })
  expect(byteRangeOf('bytes=500-')).toEqual({ start: 500 })
  expect(byteRangeOf('bytes=-500')).toEqual({ suffix: 500 })
})

test('what is no single range of bytes is ignored, as HTTP allows', () => {
  for (const header of [null, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'items=0-1', 'bytes=a-b']) {
    expect(byteRangeOf(header)).toBeNull()
  }
})

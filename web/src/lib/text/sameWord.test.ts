import { expect, test } from 'vitest'
import { isSameWord } from './sameWord.ts'

test('a word that is typed to confirm counts in any case, encoding and place of its tone mark, and is no other word', () => {
  for (const typed of ['HỦY', ' hủy ', 'Huỷ', 'HUỶ', 'hủy'.normalize('NFD')])
    expect([typed, isSameWord(typed, 'HỦY')]).toEqual([typed, true])
  for (const typed of ['', 'huy', 'hũy', 'hủy hủy', 'hủ y']) expect(isSameWord(typed, 'HỦY')).toBe(false)
  expect(isSameWord('cancel', 'CANCEL')).toBe(true)
})

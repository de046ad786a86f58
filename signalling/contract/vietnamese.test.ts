import { expect, test } from 'vitest'
import { compareByGivenName, compareVietnamese, searchText } from './vietnamese.ts'

test('search ignores diacritics, case and the place of the tone mark', () => {
  expect(searchText('Phường Ô Chợ Dừa')).toBe('phuong o cho dua')
  expect(searchText('Hòa')).toBe(searchText('Hoà'))
  expect(searchText('Hòa'.normalize('NFD'))).toBe(searchText('Hòa'.normalize('NFC')))
  expect(searchText('Đống Đa')).toBe('dong da')
  expect(searchText('ĐỐNG ĐA')).toBe('dong da')
})

test('search text holds no wildcard, quote or tag', () => {
  expect(searchText('100%_<script>alert("x")</script>')).toBe('100 script alert x script')
})

test('a name in another script stays searchable', () => {
  expect(searchText('王 小明')).toBe('王 小明')
})

test('people are sorted by their given name', () => {
  const names = ['Trần Văn Đức', 'Nguyễn Thị Ánh', 'Lê An', 'Phạm Bảo', 'Đỗ Thị Dung']
  expect(names.sort(compareByGivenName)).toEqual([
    'Lê An',
    'Nguyễn Thị Ánh',
    'Phạm Bảo',
    'Đỗ Thị Dung',
    'Trần Văn Đức',
  ])
})

test('units are sorted in Vietnamese order', () => {
  const names = ['Đống Đa', 'Xuân Đỉnh', 'Ba Đình', 'Ô Chợ Dừa', 'Hà Đông', 'Dương Nội']
  expect(names.sort(compareVietnamese)).toEqual([
    'Ba Đình',
    'Dương Nội',
    'Đống Đa',
    'Hà Đông',
    'Ô Chợ Dừa',
    'Xuân Đỉnh',
  ])
})

import { expect, test } from 'vitest'
import { linesBySense } from './linesBySense.ts'
import { lettersLacking, widthMmOf } from './letterWidths.ts'

const bold = (text: string) => ({ text: text.toLocaleUpperCase('vi'), sizePt: 13, isBold: true })
const lines = (text: string): string[] =>
  linesBySense(text, 62, bold).map((one) => one.toLocaleUpperCase('vi'))

test.each([
  ['Ủy ban nhân dân Thành phố Hà Nội', ['ỦY BAN NHÂN DÂN', 'THÀNH PHỐ HÀ NỘI']],
  ['Ủy ban nhân dân phường Hoàn Kiếm', ['ỦY BAN NHÂN DÂN', 'PHƯỜNG HOÀN KIẾM']],
  ['Văn phòng Ủy ban nhân dân Thành phố', ['VĂN PHÒNG', 'ỦY BAN NHÂN DÂN', 'THÀNH PHỐ']],
  ['Sở Nông nghiệp và Môi trường', ['SỞ NÔNG NGHIỆP', 'VÀ MÔI TRƯỜNG']],
  ['SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG', ['SỞ NÔNG NGHIỆP', 'VÀ MÔI TRƯỜNG']],
  ['Sở Văn hóa và Thể thao', ['SỞ VĂN HÓA', 'VÀ THỂ THAO']],
  ['Sở Tài chính', ['SỞ TÀI CHÍNH']],
  ['Trung tâm Phục vụ hành chính công Thành phố', ['TRUNG TÂM PHỤC VỤ', 'HÀNH CHÍNH CÔNG', 'THÀNH PHỐ']],
])('%s is broken where it is read', (name, expected) => {
  expect(lines(name)).toEqual(expected)
})

test('every body of the city keeps its words whole and its lines within the column', () => {
  const names = [
    ...['Sở Nội vụ', 'Sở Tư pháp', 'Sở Công Thương', 'Sở Khoa học và Công nghệ', 'Sở Giáo dục và Đào tạo'],
    ...[
      'Sở Dân tộc và Tôn giáo',
      'Sở Quy hoạch - Kiến trúc',
      'Thanh tra Thành phố',
      'Văn phòng UBND Thành phố',
    ],
    ...['Ban Quản lý Khu công nghệ cao và khu công nghiệp', 'Ủy ban nhân dân xã Sóc Sơn'],
    'Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân Thành phố Hà Nội',
  ]
  for (const name of names) {
    const broken = lines(name)
    for (const line of broken) expect(widthMmOf(bold(line))).toBeLessThanOrEqual(62)
    expect(broken.join(' ')).toBe(name.toLocaleUpperCase('vi'))
    expect(broken.join('/')).not.toMatch(
      /THÀNH\/PHỐ|MÔI\/TRƯỜNG|NHÂN\/DÂN|HÀNH\/CHÍNH|CÔNG\/(NGHỆ|NGHIỆP)|VÀ$|VÀ\//u,
    )
  }
})

test('letters that no face has are named, and those of Vietnamese are there', () => {
  expect(lettersLacking('Lê Thị Ặng – “Đ/c” 100%… ê\u0323 α я €')).toEqual([])
  expect(lettersLacking('王小明, 王 😀')).toEqual(['王', '小', '明', '😀'])
})

import { describe, expect, test } from 'vitest'
import { pastedRows, personIn } from './pastedRows.ts'

describe('a list that is pasted', () => {
  test('gives a row for each of its lines, without empty ones and without the marks of a list', () => {
    expect(pastedRows('1. Giao Sở Nội vụ\r\n2) Giao Sở Tài chính\r\n\r\n  - Giao Văn phòng ;\n')).toEqual([
      'Giao Sở Nội vụ',
      'Giao Sở Tài chính',
      'Giao Văn phòng ;',
    ])
    expect(pastedRows('\uF0B7\tThường trực\n•\tLưu: VT\n+ Hồ sơ')).toEqual([
      'Thường trực',
      'Lưu: VT',
      'Hồ sơ',
    ])
  })

  test('keeps the breaks that its writer made within a paragraph', () => {
    expect(pastedRows('Một\u000bhai\nBa')).toEqual(['Một\nhai', 'Ba'])
  })

  test('takes no year, sum or measure for a number of the list', () => {
    expect(pastedRows('2026 là năm đầu\n1.500 hồ sơ\n24/11 nghỉ\n-5 độ')).toEqual([
      '2026 là năm đầu',
      '1.500 hồ sơ',
      '24/11 nghỉ',
      '-5 độ',
    ])
  })

  test('is no list when it is one line', () => {
    expect(pastedRows('- một dòng')).toEqual(['một dòng'])
    expect(pastedRows(' \n ')).toEqual([])
  })
})

describe('somebody in a line', () => {
  test('is name, position and unit, by commas, a dash or the columns of a spreadsheet', () => {
    const who = { name: 'Trần Thị Mẫu', position: 'Phó Giám đốc', unitName: 'Sở Nội vụ' }
    expect(personIn('Trần Thị Mẫu, Phó Giám đốc, Sở Nội vụ')).toEqual(who)
    expect(personIn('Trần Thị Mẫu\tPhó Giám đốc\tSở Nội vụ')).toEqual(who)
    expect(personIn('Trần Thị Mẫu - Phó Giám đốc, Sở Nội vụ.')).toEqual(who)
    expect(personIn('Đồng chí Trần Thị Mẫu – Phó Giám đốc; Sở Nội vụ;')).toEqual(who)
  })

  test.each([
    '"Trần Thị Mẫu","Phó Giám đốc, Trưởng ban","Sở Nội vụ"',
    '"Trần Thị Mẫu";"Phó Giám đốc, Trưởng ban";"Sở Nội vụ"',
    'Trần Thị Mẫu;Phó Giám đốc, Trưởng ban;Sở Nội vụ',
    'Trần Thị Mẫu;"Phó Giám đốc, Trưởng ban";Sở Nội vụ',
    'Trần Thị Mẫu\tPhó Giám đốc, Trưởng ban\tSở Nội vụ',
    'Trần Thị Mẫu\t"Phó Giám đốc, Trưởng ban"\tSở Nội vụ',
    '12;Trần Thị Mẫu;Phó Giám đốc, Trưởng ban;Sở Nội vụ',
    '3\tTrần Thị Mẫu\tPhó Giám đốc, Trưởng ban\tSở Nội vụ',
  ])('is read from the columns of a CSV of whichever region: %s', (line) => {
    const [name, position, unitName] = ['Trần Thị Mẫu', 'Phó Giám đốc, Trưởng ban', 'Sở Nội vụ']
    expect(personIn(line)).toEqual({ name, position, unitName })
  })

  test('has an empty column where the spreadsheet has one, and quotes where its cell has them', () => {
    const name = 'Lê Văn Mẫu'
    expect(personIn('Lê Văn Mẫu;;Sở Nội vụ')).toEqual({ name, position: '', unitName: 'Sở Nội vụ' })
    const unitName = 'Trung tâm "Mẫu"'
    expect(personIn('"Lê Văn Mẫu","","Trung tâm ""Mẫu"""')).toEqual({ name, position: '', unitName })
    expect(personIn('Lê Văn Mẫu, Giám đốc, Trung tâm "Mẫu"')).toMatchObject({ name, position: 'Giám đốc' })
  })

  test('keeps a unit whose name has commas whole, and lacks what is not said', () => {
    expect(personIn('Lê Văn Mẫu, Chủ tịch, UBND xã A, huyện B')).toEqual({
      name: 'Lê Văn Mẫu',
      position: 'Chủ tịch',
      unitName: 'UBND xã A, huyện B',
    })
    expect(personIn('Lê Văn Mẫu')).toEqual({ name: 'Lê Văn Mẫu', position: '', unitName: '' })
  })
})

import { expect, test } from 'vitest'
import { inOrderOfRank } from './rankOrder.ts'

let ids = 0
const who = (name: string, position: string, unitName = 'Sở Mẫu', isSite = false) => ({
  participantId: `p${ids++}`,
  name,
  position,
  unitName,
  isSite,
})
const order = (...people: ReturnType<typeof who>[]) =>
  inOrderOfRank(people, { participantId: null, name: '' }).map((one) => one.position || one.name)

test('heads come before their deputies, and both before who serves under them', () => {
  expect(
    order(
      who('A', 'Chuyên viên'),
      who('B', 'Phó Trưởng phòng'),
      who('C', 'Chuyên viên chính'),
      who('D', 'Phó Giám đốc'),
      who('E', 'Chủ tịch'),
      who('F', 'Trưởng phòng Tổng hợp'),
      who('G', 'Phó Chủ tịch'),
      who('H', 'Giám đốc'),
      who('I', 'Phó Bí thư Đảng ủy, Chủ tịch UBND'),
    ),
  ).toEqual([
    'Phó Bí thư Đảng ủy, Chủ tịch UBND',
    'Chủ tịch',
    'Phó Chủ tịch',
    'Giám đốc',
    'Phó Giám đốc',
    'Trưởng phòng Tổng hợp',
    'Phó Trưởng phòng',
    'Chuyên viên chính',
    'Chuyên viên',
  ])
})

test('an acting head ranks as the head; both places of a tone mark and both encodings are the same', () => {
  expect(order(who('A', 'Phó Giám đốc'), who('B', 'Quyền Giám đốc'))).toEqual([
    'Quyền Giám đốc',
    'Phó Giám đốc',
  ])
  expect(order(who('A', 'Phó Chủ tịch'.normalize('NFD')), who('B', 'chủ tịch'))).toEqual([
    'chủ tịch',
    'Phó Chủ tịch'.normalize('NFD'),
  ])
})

test('who chairs is first whatever the rank, rooms are last, and equals go by given name', () => {
  const people = [
    who('Trần Văn Phòng', '', 'Phường A', true),
    who('Nguyễn Thị Yến', 'Giám đốc'),
    who('Vũ Văn An', 'Giám đốc'),
    who('Lê Văn Chủ', 'Trưởng phòng'),
    who('Ngô Văn Khách', ''),
  ]
  const chair = people[3] ?? who('', '')
  expect(inOrderOfRank(people, chair).map((one) => one.name)).toEqual([
    'Lê Văn Chủ',
    'Vũ Văn An',
    'Nguyễn Thị Yến',
    'Ngô Văn Khách',
    'Trần Văn Phòng',
  ])
  // Written by hand, a chair has no participant's id.
  expect(inOrderOfRank(people, { participantId: null, name: 'Lê Văn Chủ' })[0]?.name).toBe('Lê Văn Chủ')
})

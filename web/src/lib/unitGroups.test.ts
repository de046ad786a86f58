import { describe, expect, test } from 'vitest'
import { groupsOf, inGroups, siteGroupsOf } from './unitGroups.ts'

const unit = (level: 'city' | 'commune', kind: string, n: number) => ({
  ...{ id: `${kind}${n}`, fullName: `${kind} ${n}`, level, kind, parentId: 'city' },
})
const many = (level: 'city' | 'commune', kind: string, count: number) =>
  Array.from({ length: count }, (_, n) => unit(level, kind, n))
const rows = [
  { ...unit('city', 'thành phố', 0), parentId: null },
  ...many('city', 'sở', 15),
  ...many('commune', 'phường', 51),
  ...many('commune', 'xã', 75),
]
const groups = groupsOf(rows)
const listed = rows.slice(1).map(({ id, fullName }) => ({ id, name: fullName }))
const [departments, wards, rural] = [listed.slice(0, 15), listed.slice(15, 66), listed.slice(66)]

/** As it would be read: each chip with its exceptions, then the singles. */
function read(chosen: typeof listed, held: string[] = []): (string | [string, ...string[]])[] {
  const { chips, singles } = inGroups(chosen, groups, held)
  return [
    ...chips.map(({ group, except }): [string, ...string[]] => [group.key, ...except.map(({ id }) => id)]),
    ...singles.map(({ id }) => id),
  ]
}

test('a city has its departments, its communes, and these by kind; itself it is in none', () => {
  expect(groups.map(({ key, all }) => [key, all.length])).toEqual([
    ['city', 15],
    ['commune', 126],
    ['commune phường', 51],
    ['commune xã', 75],
  ])
})

test('all 126 are one chip, with those that are left out', () => {
  expect(read([...wards, ...rural])).toEqual([['commune']])
  expect(read([...wards.slice(1), ...rural.slice(0, -1)])).toEqual([['commune', 'phường0', 'xã74']])
  expect(read([...departments, ...rural])).toEqual([['city'], ['commune xã']])
})

test('one kind and a few of the other are the kind and the few', () => {
  expect(read([...wards, ...rural.slice(0, 2)])).toEqual([['commune phường'], 'xã0', 'xã1'])
})

test('few units stay single, and so do all where no group is known', () => {
  expect(read(wards.slice(0, 4))).toEqual(['phường0', 'phường1', 'phường2', 'phường3'])
  expect(inGroups(wards, [])).toEqual({ chips: [], singles: wards })
})

test('a group that was chosen stays one while most are taken out of it, and goes with the last', () => {
  const left = wards.slice(0, 1)
  expect(read(left, ['commune'])).toEqual([['commune', ...[...wards.slice(1), ...rural].map(({ id }) => id)]])
  expect(read([], ['commune'])).toEqual([])
})

describe('the sites of a group', () => {
  const hall = (unitId: string, name = 'Phòng họp') => ({
    id: `${unitId} ${name}`,
    name,
    unitId,
    unitName: unitId,
  })
  const [ward, ...others] = wards.map(({ id }) => id)

  test('are those of its units, by the names of these where that is enough', () => {
    const halls = [
      hall(ward ?? ''),
      hall(ward ?? '', 'Hội trường'),
      ...others.map((id) => hall(id)),
      hall('sở0'),
    ]
    const [all, ofWards, ...rest] = siteGroupsOf(groups, halls)
    expect(rest).toEqual([])
    expect(all).toMatchObject({ key: 'commune', unitCount: 51, lackingCount: 75 })
    expect(ofWards).toMatchObject({ key: 'commune phường', unitCount: 51, lackingCount: 0 })
    expect(ofWards?.all.slice(0, 3).map(({ name }) => name)).toEqual([
      'phường0, Phòng họp',
      'phường0, Hội trường',
      'phường1',
    ])
  })

  test('are one chip with exceptions, and what is of no group stays by itself', () => {
    const halls = [...wards, ...rural].map(({ id }) => hall(id))
    const chosen = [{ ...hall('city'), role: 'central' }, ...halls.slice(2)]
    const { chips, singles } = inGroups(chosen, siteGroupsOf(groups, [...halls, hall('city')]))
    expect(chips.map(({ group, except }) => [group.key, except.map(({ name }) => name)])).toEqual([
      ['commune', ['phường0', 'phường1']],
    ])
    expect(singles).toEqual([chosen[0]])
  })
})

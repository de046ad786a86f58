import { expect, test } from 'vitest'
import type { MinutesContent } from '#contract/minutes.ts'
import { isSame, mergeMinutes, settle, type Choice } from './mergeMinutes.ts'

const nobody = { participantId: null, name: '', position: '', unitName: '' }
const item = (agendaItemId: string, ...paragraphs: string[]) => ({
  ...{ agendaItemId, title: agendaItemId, startedAtMs: null, speakers: [], paragraphs },
})
const begun: MinutesContent = {
  parentBody: '',
  body: 'Sở Nội vụ',
  docNumber: '',
  docSymbol: '',
  place: 'Hà Nội',
  dateMs: 0,
  subject: 'Họp giao ban',
  startedAtMs: 0,
  endedAtMs: 0,
  location: '',
  chair: { ...nobody, name: 'Bà Hoa' },
  secretary: nobody,
  present: [],
  absent: [],
  items: [item('một', 'a', 'b', 'c'), item('hai', 'x')],
  conclusions: ['k1', 'k2'],
  recipients: [],
}
const merge = (mine: Partial<MinutesContent>, theirs: Partial<MinutesContent>) =>
  mergeMinutes(begun, { ...begun, ...mine }, { ...begun, ...theirs })

test('changes of different fields are both taken, without a dispute', () => {
  const { content, disputes } = merge({ subject: 'Họp tháng' }, { chair: { ...nobody, name: 'Bà Hoà' } })
  expect(disputes).toEqual([])
  expect(content).toEqual({ ...begun, subject: 'Họp tháng', chair: { ...nobody, name: 'Bà Hoà' } })
})

test('paragraphs that different people changed in one item are all taken', () => {
  const { content, disputes } = merge(
    { items: [item('một', 'A', 'b', 'c'), item('hai', 'x')] },
    { items: [item('một', 'a', 'b', 'c', 'd'), item('ba', 'y'), item('hai', 'x')] },
  )
  expect(disputes).toEqual([])
  expect(content.items).toEqual([item('một', 'A', 'b', 'c', 'd'), item('ba', 'y'), item('hai', 'x')])
})

test('rows that both add at one place are all kept, the other’s first', () => {
  const { content, base, disputes, moved } = merge(
    { conclusions: ['k1', 'k2', 'mine'] },
    { conclusions: ['k1', 'k2', 'theirs'] },
  )
  expect(disputes).toEqual([])
  expect(content.conclusions).toEqual(['k1', 'k2', 'theirs', 'mine'])
  expect(base.conclusions).toEqual(['k1', 'k2', 'theirs'])
  expect([...moved]).toEqual([['conclusions.2', 'conclusions.3']])
})

test('where one’s own rows went is told, below rows that went too', () => {
  const { moved } = merge({}, { items: [item('ba'), item('một', 'new', 'a', 'b', 'c'), item('hai', 'x')] })
  expect(moved.get('items.0')).toBe('items.1')
  expect(moved.get('items.0.paragraphs.2')).toBe('items.1.paragraphs.3')
})

test.each<[Choice, string[]]>([
  ['mine', ['k1', 'k2 mine', 'k3']],
  ['theirs', ['k1', 'k2 theirs', 'k3']],
  ['both', ['k1', 'k2 mine', 'k2 theirs', 'k3']],
])('a row that both changed is a dispute, settled by %s', (choice, expected) => {
  const theirs = { ...begun, conclusions: ['k1', 'k2 theirs', 'k3'] }
  const first = mergeMinutes(begun, { ...begun, conclusions: ['k1', 'k2 mine'] }, theirs)
  const [dispute] = first.disputes
  if (!dispute) throw new Error('no dispute')
  expect([dispute.place, dispute.from, dispute.to, dispute.mine]).toEqual(['conclusions', 1, 2, ['k2 mine']])
  const chosen = settle(first.content, first.base, dispute, choice)
  const after = mergeMinutes(chosen.base, chosen.content, theirs)
  expect(after.disputes).toEqual([])
  expect(after.content.conclusions.filter((row) => row !== 'k3')).toEqual(
    expected.filter((row) => row !== 'k3'),
  )
  expect(isSame(after.base, theirs)).toBe(true)
})

test.each<[Choice, string]>([
  ['mine', 'mine'],
  ['theirs', 'theirs'],
  ['both', 'mine theirs'],
])('a field that both changed is a dispute, settled by %s', (choice, expected) => {
  const theirs = { ...begun, chair: { ...begun.chair, position: 'theirs' }, place: 'Ba Đình' }
  const first = mergeMinutes(begun, { ...begun, chair: { ...begun.chair, position: 'mine' } }, theirs)
  expect(first.content.chair.position).toBe('mine')
  expect(first.disputes.map(({ place }) => place)).toEqual(['chair.position'])
  const [dispute] = first.disputes
  if (!dispute) throw new Error('no dispute')
  const chosen = settle(first.content, first.base, dispute, choice)
  const after = mergeMinutes(chosen.base, chosen.content, theirs)
  expect([after.disputes, after.content.chair.position, after.content.place]).toEqual([
    [],
    expected,
    'Ba Đình',
  ])
})

test('of a paragraph that both changed, both can stay', () => {
  const theirs = { ...begun, items: [item('một', 'a', 'theirs', 'c'), item('hai', 'x')] }
  const first = mergeMinutes(
    begun,
    { ...begun, items: [item('một', 'a', 'mine', 'c'), item('hai', 'x')] },
    theirs,
  )
  const [dispute] = first.disputes
  if (!dispute) throw new Error('no dispute')
  expect([dispute.place, dispute.from, dispute.to]).toEqual(['items.0.paragraphs', 1, 2])
  const chosen = settle(first.content, first.base, dispute, 'both')
  const after = mergeMinutes(chosen.base, chosen.content, theirs)
  expect([after.disputes, after.content.items[0]?.paragraphs]).toEqual([[], ['a', 'mine', 'theirs', 'c']])
})

test('a row that one took out and the other changed is a dispute about rows', () => {
  const theirs = { ...begun, conclusions: ['k1', 'k2 changed'] }
  const first = mergeMinutes(begun, { ...begun, conclusions: ['k1'] }, theirs)
  const [dispute] = first.disputes
  if (!dispute) throw new Error('no dispute')
  expect([dispute.from, dispute.to, dispute.mine, dispute.theirs]).toEqual([1, 1, [], ['k2 changed']])
  expect(settle(first.content, first.base, dispute, 'theirs').content.conclusions).toEqual([
    'k1',
    'k2 changed',
  ])
})

test('what is written on while a dispute stands stays part of it', () => {
  const theirs = { ...begun, conclusions: ['k1', 'theirs'] }
  const first = mergeMinutes(begun, { ...begun, conclusions: ['k1', 'mine'] }, theirs)
  const again = mergeMinutes(first.base, { ...first.content, conclusions: ['new', 'k1', 'mine too'] }, theirs)
  expect(again.disputes.map(({ place, mine, theirs: other }) => [place, mine, other])).toEqual([
    ['conclusions', ['mine too'], ['theirs']],
  ])
})

import { expect, test } from 'vitest'
import { NodeId } from '#contract/ids.ts'
import { chooseHome } from './homeChoice.ts'

const [a, b] = ['a', 'b'].map((id) => NodeId.parse(id))
if (!a || !b) throw new Error('no ids')
const live = [
  { id: a, url: 'http://a', load: 0 },
  { id: b, url: 'http://b', load: 5 },
]

test('a call is where its lease is held, else where there is most room', () => {
  expect(chooseHome({ nodeId: b, isHeld: true }, live)?.id).toBe(b)
  expect(chooseHome(null, live)?.id).toBe(a)
  expect(chooseHome({ nodeId: NodeId.parse('gone'), isHeld: true }, live)?.id).toBe(a)
  expect(chooseHome(null, [])).toBeNull()
  expect(chooseHome(null, [{ id: a, url: '', load: 0 }])).toBeNull()
})

test('a home that lost its lease is chosen again only when nobody else is there', () => {
  expect(chooseHome({ nodeId: a, isHeld: false }, live)?.id).toBe(b)
  expect(chooseHome({ nodeId: a, isHeld: false }, live.slice(0, 1))?.id).toBe(a)
})

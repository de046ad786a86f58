import { expect, it } from 'vitest'
import { call as c } from '../call.vi.ts'
import type { OutageKind } from '../outage.svelte.ts'
import { troubleOf } from './wallTrouble.ts'

const page = new URL('https://hop.mau.example/meetings/m/call')
const trouble = (kind: OutageKind, isInside = true, isBlocked = false) =>
  troubleOf(
    {
      isInside,
      outage: { kind },
      media: { isBlocked, servers: () => ({ hosts: ['media.mau.example'], ports: [40_000] }) },
    },
    c,
    page,
  )

it('is told once it lasts, as what a hall in the call lost, or what one on its way does not reach', () => {
  expect([trouble('none'), trouble('brief')]).toEqual([null, null])
  for (const kind of ['away', 'long'] as const) {
    expect(trouble(kind)).toEqual([c.wallLost, c.lost])
    expect(trouble(kind, false)).toEqual([c.notReachedTitle, c.notReachedText])
  }
})

it('says whom to ask for what where the network blocks pages’ connections, or media alone', () => {
  expect(trouble('blocked')?.join(' ')).toMatch(/hop\.mau\.example.*443/)
  expect(trouble('none', true, true)?.join(' ')).toMatch(/media\.mau\.example.*40000/)
})

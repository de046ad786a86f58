import { expect, it } from 'vitest'
import { fromDateAndTime } from '#contract/cityTime.ts'
import { administrationGate, isNetwork } from './administrationLimits.ts'

const at = (time: string): number => fromDateAndTime('2026-11-26', time) ?? Number.NaN

it.each([
  ['10.1.2.3', true],
  ['10.1.255.255', true],
  ['::ffff:10.1.2.3', true],
  ['10.2.0.1', false],
  ['192.0.2.7', true],
  ['192.0.2.8', false],
  ['2001:db8:1::5', true],
  ['2001:db8:2::5', false],
  ['unknown', false],
  [undefined, false],
])('of two networks and an address, %s may: %s', (address, may) => {
  const gate = administrationGate({ addresses: ['10.1.0.0/16', '192.0.2.7', '2001:db8:1::/48'] })
  expect(gate(address, at('12:00'))).toBe(may)
})

it('without limits everybody may, from wherever and always', () => {
  expect(administrationGate({})(undefined, at('03:00'))).toBe(true)
})

it('holds to the city’s hours, also past midnight', () => {
  const inside = (from: string, to: string, times: string[]): string[] =>
    times.filter((time) => administrationGate({ hours: { from, to } })('10.0.0.1', at(time)))
  expect(inside('07:00', '19:00', ['06:59', '07:00', '18:59', '19:00'])).toEqual(['07:00', '18:59'])
  expect(inside('22:00', '02:00', ['21:59', '22:00', '01:59', '02:00'])).toEqual(['22:00', '01:59'])
})

it.each(['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'])('%s is a network', (text) =>
  expect(isNetwork(text)).toBe(true),
)
it.each(['', '10.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'a.example', '::/129', '10.0.0.0/-1'])(
  '%j is none',
  (text) => expect(isNetwork(text)).toBe(false),
)

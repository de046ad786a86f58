import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#contract/log.ts'
import type { Jobs } from '#db/jobs.ts'
import { watchIdleSessions } from './idleSessions.ts'
import { AccountsHarness } from './testing/accountsHarness.ts'

const minuteMs = 60_000

let harness: AccountsHarness
beforeAll(async () => {
  harness = await AccountsHarness.start()
})
afterAll(() => harness.close())
beforeEach(() => harness.begin())

test('a session that nobody uses ends for good, and is in the log', async () => {
  const { headers, id } = await harness.newPerson()
  harness.nowMs += 29 * minuteMs
  // A page that refreshes by itself, and looks how long there is, is no use.
  expect(await harness.accounts.viewerOf(headers)).not.toBeNull()
  expect(await harness.accounts.sessionLeft(headers, false)).toEqual({ leftMs: minuteMs })
  harness.nowMs += minuteMs
  expect(await harness.accounts.viewerOf(headers)).toBeNull()
  expect(await harness.database.prisma.session.count({ where: { userId: id } })).toBe(0)
  expect(harness.revoked.at(-1)).toMatchObject({ kind: 'session' })
  expect((await harness.actsOf(id)).at(-1)).toBe('session.expired')
  await expect(harness.accounts.sessionLeft(headers, true)).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a session that is used goes on, by whichever way it is', async () => {
  const { headers } = await harness.newPerson()
  harness.nowMs += 20 * minuteMs
  expect(await harness.accounts.sessionLeft(headers, true)).toEqual({ leftMs: 30 * minuteMs })
  harness.nowMs += 20 * minuteMs
  // As a call does of its pages.
  expect(await harness.accounts.viewerOf(headers, undefined, 'call')).not.toBeNull()
  await expect.poll(() => harness.accounts.sessionLeft(headers, false)).toEqual({ leftMs: 30 * minuteMs })
})

test('of several who ask at the end of a session none finds it good', async () => {
  const { headers } = await harness.newPerson()
  harness.nowMs += 30 * minuteMs
  const asked = await Promise.all(Array.from({ length: 6 }, () => harness.accounts.viewerOf(headers)))
  expect(asked).toEqual(asked.map(() => null))
})

test('that is used by being in a call goes on, however long nothing could be stored of it', async () => {
  const { headers } = await harness.newPerson()
  harness.nowMs += 45 * minuteMs
  expect(await harness.accounts.viewerOf(headers, undefined, 'call')).toMatchObject({ owes: null })
  expect(await harness.accounts.viewerOf(headers)).not.toBeNull()
})

test('whose pages are shut ends too, as soon as is settled, and nobody else’s', async () => {
  harness.decide('idleMinutes', 5)
  const left = await harness.newPerson()
  harness.nowMs += 5 * minuteMs
  const there = await harness.newPerson()
  await harness.accounts.endIdle()
  const idsOf = (userId: string) => harness.database.prisma.session.count({ where: { userId } })
  expect([await idsOf(left.id), await idsOf(there.id)]).toEqual([0, 1])
  expect(harness.revoked).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'session' })]))
})

test('is ended by no job before the database has answered for a minute: calls note their pages’ use first', async () => {
  let steadyMs = 59_000
  let run = (): Promise<unknown> => Promise.reject(new Error('nothing works'))
  // Its minutes are this test's.
  const work: Jobs['work'] = (_, handler) => {
    run = () => Promise.resolve(Reflect.apply(handler, undefined, []))
    return Promise.resolve(() => Promise.resolve())
  }
  const { accounts } = harness
  await watchIdleSessions({ work }, { accounts, steadyMs: () => steadyMs, log: silentLog })
  const { id } = await harness.newPerson()
  const count = () => harness.database.prisma.session.count({ where: { userId: id } })
  harness.nowMs += 45 * minuteMs
  await run()
  expect(await count()).toBe(1)
  steadyMs = 60_000
  await run()
  expect(await count()).toBe(0)
})

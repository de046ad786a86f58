import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { guard } from '#office/access.ts'
import { AccountsHarness, password } from './testing/accountsHarness.ts'

const minuteMs = 60_000

let harness: AccountsHarness
beforeAll(async () => {
  harness = await AccountsHarness.start()
})
afterAll(() => harness.close())
beforeEach(() => harness.begin())
afterEach(() => void vi.useRealTimers())

const confirm = async (headers: Headers, proof: unknown) =>
  harness.accounts.confirmation.confirm(await harness.viewerOf(headers), proof, '192.0.2.7')

describe('administration', () => {
  test('asks again some time after the password was given, and goes on once it was given again', async () => {
    const { headers } = await harness.newPerson({ isSystemAdmin: true })
    guard(await harness.viewerOf(headers), 'people:administer')
    harness.nowMs += 15 * minuteMs
    const stale = await harness.viewerOf(headers)
    expect(() => guard(stale, 'people:administer')).toThrow(
      expect.objectContaining({ code: 'confirmation_needed' }),
    )
    await confirm(headers, { password })
    guard(await harness.viewerOf(headers), 'people:administer')
    harness.decide('confirmationMinutes', 1)
    harness.nowMs += minuteMs
    expect(await harness.viewerOf(headers)).toMatchObject({ isConfirmed: false })
  })

  test('is confirmed in one session, not in the others of the same account', async () => {
    const { headers, email } = await harness.newPerson()
    const other = await harness.signIn(email)
    harness.nowMs += 20 * minuteMs
    await confirm(headers, { password })
    expect(await harness.viewerOf(headers)).toMatchObject({ isConfirmed: true })
    expect(await harness.viewerOf(other)).toMatchObject({ isConfirmed: false })
  })

  test('takes no wrong password, writes it down, and not many of them', async () => {
    const { headers, id } = await harness.newPerson()
    harness.nowMs += 20 * minuteMs
    const wrong = { code: 'bad_request', detail: { field: 'password', reason: 'wrong' } }
    for (let i = 0; i < 8; i++)
      await expect(confirm(headers, { password: `sai ${i}` })).rejects.toMatchObject(wrong)
    await expect(confirm(headers, { password })).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await harness.viewerOf(headers)).toMatchObject({ isConfirmed: false })
    expect(await harness.actsOf(id)).toEqual(expect.arrayContaining(Array(8).fill('confirmation.refused')))
    await expect(confirm(headers, {})).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('takes a code of the app, once, and none from who owes one', async () => {
    const { headers, nextCode, email, id } = await harness.newPersonWithApp()
    harness.nowMs += 20 * minuteMs
    const code = nextCode()
    await confirm(headers, { code })
    expect(await harness.viewerOf(headers)).toMatchObject({ isConfirmed: true })
    await expect(confirm(headers, { code })).rejects.toMatchObject({ detail: { reason: 'used' } })
    expect(await harness.actsOf(id)).toEqual(
      expect.arrayContaining(['session.confirmed', 'secondFactor.refused']),
    )
    const half = await harness.signIn(email)
    await expect(confirm(half, { password })).rejects.toMatchObject({ code: 'second_factor_needed' })
  })
})

describe('the ways into an account', () => {
  test('are changed by who confirmed lately alone', async () => {
    const { headers } = await harness.newPersonWithApp()
    const bare = await harness.newPerson()
    harness.nowMs += 20 * minuteMs
    const viewer = await harness.viewerOf(headers)
    const { secondFactors } = harness.accounts
    for (const act of [
      () => secondFactors.removeTotp(viewer),
      () => secondFactors.newRecoveryCodes(viewer),
      async () => secondFactors.beginTotp(await harness.viewerOf(bare.headers)),
      async () =>
        secondFactors.confirmTotp(await harness.viewerOf(bare.headers), { code: '123456', ipAddress: '' }),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'confirmation_needed' })
    await confirm(headers, { password })
    await secondFactors.removeTotp(await harness.viewerOf(headers))
  })
})

test('guesses of codes are counted by account in a day, wherever they come from', async () => {
  const { email, nextCode } = await harness.newPersonWithApp()
  const half = await harness.viewerOf(await harness.signIn(email))
  const give = (code: string, i: number) =>
    harness.accounts.secondFactors.give(half, { code, isTrusted: false, ipAddress: `192.0.2.${i}` })
  vi.useFakeTimers({ toFake: ['Date'] })
  const outcomes: string[] = []
  for (let i = 0; i < 60; i++) {
    if (i === 35) vi.setSystemTime(Date.now() + 16 * minuteMs) // what is counted in a quarter of an hour is forgotten
    await give('000000', i).catch((error: { code: string }) => outcomes.push(error.code))
  }
  expect(outcomes.filter((code) => code === 'bad_request')).toHaveLength(50)
  await expect(give(nextCode(), 99)).rejects.toMatchObject({ code: 'rate_limited' })
})

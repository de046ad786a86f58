import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AccountsHarness, browserWith } from './testing/accountsHarness.ts'
import { SoftKey, type Wrong } from './testing/softKey.ts'

const minuteMs = 60_000
const wrong = { code: 'bad_request', detail: { field: 'passkey', reason: 'wrong' } }
const client = { ipAddress: '192.0.2.7', userAgent: 'test' }

let harness: AccountsHarness
beforeAll(async () => {
  harness = await AccountsHarness.start()
})
afterAll(() => harness.close())
beforeEach(() => harness.begin())

const newKey = () => new SoftKey(harness.baseUrl)

async function register(headers: Headers, key: SoftKey, change: Wrong = {}) {
  const { passkeys } = harness.accounts
  const viewer = await harness.viewerOf(headers)
  const answer = key.register(await passkeys.registrationOptions(viewer), change)
  return await passkeys.register(viewer, { name: 'Máy tính cơ quan', answer }, client.ipAddress)
}

/** Somebody with a passkey. */
async function newPersonWithKey() {
  const person = await harness.newPerson()
  const key = newKey()
  const { recoveryCodes } = await register(person.headers, key)
  return { ...person, key, recoveryCodes }
}

const signIn = (answer: unknown) => harness.accounts.signInByPasskey({ answer, ...client })
async function giveOwn(headers: Headers, key: SoftKey, change: Wrong = {}) {
  const viewer = await harness.viewerOf(headers)
  const answer = key.answer(await harness.accounts.passkeys.sessionOptions(viewer), change)
  return await harness.accounts.passkeys.give(viewer, {
    answer,
    isTrusted: false,
    ipAddress: client.ipAddress,
  })
}

describe('a passkey', () => {
  test('is kept under a name, brings recovery codes along, and satisfies who has to have a second factor', async () => {
    harness.decide('secondFactor', 'everybody')
    const person = await harness.newPerson()
    expect(await harness.viewerOf(person.headers)).toMatchObject({ owes: 'enrolment' })
    const key = newKey()
    const { recoveryCodes } = await register(person.headers, key)
    expect(recoveryCodes).toHaveLength(10)
    const viewer = await harness.viewerOf(person.headers)
    expect(viewer).toMatchObject({ owes: null })
    const { secondFactors, passkeys } = harness.accounts
    expect(await secondFactors.state(viewer)).toMatchObject({
      passkeys: [{ id: key.id, name: 'Máy tính cơ quan', usedAtMs: null }],
    })
    await passkeys.rename(viewer, key.id, 'Khóa để ở két')
    expect((await secondFactors.state(viewer)).passkeys.map(({ name }) => name)).toEqual(['Khóa để ở két'])
    await passkeys.remove(viewer, key.id)
    expect((await secondFactors.state(viewer)).passkeys).toEqual([])
    expect(await harness.actsOf(person.id)).toEqual(
      expect.arrayContaining(['secondFactor.added', 'passkey.renamed', 'secondFactor.removed']),
    )
  })

  test('is one of twenty at most, however early its challenge was asked for', async () => {
    const { headers } = await harness.newPerson()
    const { passkeys } = harness.accounts
    const viewer = await harness.viewerOf(headers)
    const early = newKey().register(await passkeys.registrationOptions(viewer))
    for (let i = 0; i < 20; i++) await register(headers, newKey())
    await expect(
      passkeys.register(viewer, { name: 'Một nữa', answer: early }, client.ipAddress),
    ).rejects.toMatchObject({ code: 'invalid_state' })
    expect((await harness.accounts.secondFactors.state(viewer)).passkeys).toHaveLength(20)
  })

  test('is asked for after the password, and opens the office', async () => {
    const { email, key } = await newPersonWithKey()
    const half = await harness.signIn(email)
    expect(await harness.viewerOf(half)).toMatchObject({ owes: 'code' })
    await giveOwn(half, key)
    expect(await harness.viewerOf(half)).toMatchObject({ owes: null })
  })

  test('signs in by itself, as both factors', async () => {
    const { id, key } = await newPersonWithKey()
    const { setCookies } = await signIn(key.answer(await harness.accounts.passkeys.signInOptions()))
    const viewer = await harness.viewerOf(browserWith(setCookies))
    expect(viewer).toMatchObject({ owes: null, isConfirmed: true, account: { userId: id } })
    expect((await harness.actsOf(id)).at(-1)).toBe('session.started')
  })

  test('confirms who sits there', async () => {
    const { headers, key } = await newPersonWithKey()
    harness.nowMs += 20 * minuteMs
    const viewer = await harness.viewerOf(headers)
    expect(viewer.isConfirmed).toBe(false)
    const passkey = key.answer(await harness.accounts.passkeys.sessionOptions(viewer))
    await harness.accounts.confirmation.confirm(viewer, { passkey }, client.ipAddress)
    expect(await harness.viewerOf(headers)).toMatchObject({ isConfirmed: true })
    harness.nowMs += 20 * minuteMs
    for (const act of [
      async () => register(headers, newKey()),
      async () => harness.accounts.passkeys.remove(await harness.viewerOf(headers), key.id),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'confirmation_needed' })
  })
})

describe('an answer of a passkey', () => {
  test('is taken once, and of two at the same time one', async () => {
    const { id, key } = await newPersonWithKey()
    const answer = key.answer(await harness.accounts.passkeys.signInOptions())
    const outcomes = await Promise.allSettled([signIn(answer), signIn(answer)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(signIn(answer)).rejects.toMatchObject(wrong)
    expect(await harness.actsOf(id)).toContain('secondFactor.refused')
  })

  test('is too old after five minutes', async () => {
    const { key } = await newPersonWithKey()
    const challenge = await harness.accounts.passkeys.signInOptions()
    harness.nowMs += 5 * minuteMs
    await expect(signIn(key.answer(challenge))).rejects.toMatchObject(wrong)
  })

  test.each([
    ['of another origin', { origin: 'https://hop.example.evil.example' }],
    ['of another port of ours', { origin: 'https://hop.example:8443' }],
    ['for another site', { rpId: 'evil.example' }],
    ['without finger or number', { isUnverified: true }],
  ] satisfies [string, Wrong][])('%s is refused', async (_, change) => {
    const { key, email, headers } = await newPersonWithKey()
    await expect(
      signIn(key.answer(await harness.accounts.passkeys.signInOptions(), change)),
    ).rejects.toMatchObject(wrong)
    await expect(giveOwn(await harness.signIn(email), key, change)).rejects.toMatchObject(wrong)
    await expect(register(headers, newKey(), change)).rejects.toMatchObject(wrong)
  })

  test('to a challenge of ours alone, for what that was, and in its session', async () => {
    const { key, headers, email } = await newPersonWithKey()
    const { passkeys, confirmation } = harness.accounts
    const viewer = await harness.viewerOf(headers)
    await expect(signIn(key.answer({ challenge: 'AAAA' }))).rejects.toMatchObject(wrong)
    const forged = Buffer.from((await passkeys.signInOptions()).challenge, 'base64url')
    forged[0] = (forged[0] ?? 0) ^ 1
    await expect(signIn(key.answer({ challenge: forged.toString('base64url') }))).rejects.toMatchObject(wrong)
    // What confirms in one session neither signs in nor confirms in another.
    const own = key.answer(await passkeys.sessionOptions(viewer))
    await expect(signIn(own)).rejects.toMatchObject(wrong)
    const other = await harness.signIn(email)
    await giveOwn(other, key)
    const elsewhere = key.answer(await passkeys.sessionOptions(viewer))
    await expect(
      confirmation.confirm(await harness.viewerOf(other), { passkey: elsewhere }, client.ipAddress),
    ).rejects.toMatchObject(wrong)
  })

  test('of another account’s key is refused, and its key is nobody’s to add, rename or remove', async () => {
    const one = await newPersonWithKey()
    const other = await newPersonWithKey()
    await expect(giveOwn(await harness.signIn(one.email), other.key)).rejects.toMatchObject(wrong)
    await expect(register(one.headers, other.key)).rejects.toMatchObject({ code: 'conflict' })
    const viewer = await harness.viewerOf(one.headers)
    const { passkeys } = harness.accounts
    await expect(passkeys.rename(viewer, other.key.id, 'x')).rejects.toMatchObject({ code: 'not_found' })
    await expect(passkeys.remove(viewer, other.key.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of a key that nobody has writes nothing into the audit log', async () => {
    const count = () => harness.database.prisma.auditEntry.count()
    const before = await count()
    const stranger = newKey().answer(await harness.accounts.passkeys.signInOptions())
    await expect(signIn(stranger)).rejects.toMatchObject(wrong)
    expect(await count()).toBe(before)
  })

  test('whose counter did not go on is refused: the key was copied', async () => {
    const { key } = await newPersonWithKey()
    const { passkeys } = harness.accounts
    await signIn(key.answer(await passkeys.signInOptions()))
    key.counter--
    await expect(signIn(key.answer(await passkeys.signInOptions()))).rejects.toMatchObject(wrong)
  })

  test('that is wrong counts against the address that it comes from, and locks no owner out elsewhere', async () => {
    const { key } = await newPersonWithKey()
    const { passkeys } = harness.accounts
    const forged = key.answer({ challenge: 'AAAA' })
    for (let i = 0; i < 200; i++)
      await expect(passkeys.proveAnybody(forged, `2001:db8::${i.toString(16)}`)).rejects.toMatchObject(wrong)
    await signIn(key.answer(await passkeys.signInOptions()))
    const right = key.answer(await passkeys.signInOptions())
    await expect(passkeys.proveAnybody(right, '2001:db8::ffff')).rejects.toMatchObject({
      code: 'rate_limited',
    })
  })

  test('of a disabled account opens nothing', async () => {
    const { id, key } = await newPersonWithKey()
    await harness.database.prisma.user.update({ where: { id }, data: { disabledAt: new Date() } })
    await expect(signIn(key.answer(await harness.accounts.passkeys.signInOptions()))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addSetupLink } from '#db/setupLinks.ts'
import { AccountsHarness, password } from './testing/accountsHarness.ts'

let harness: AccountsHarness
beforeAll(async () => {
  harness = await AccountsHarness.start()
})
afterAll(() => harness.close())
beforeEach(() => harness.begin())

const next = 'một mật khẩu khác'

/** Somebody who changes their password at a page, and the outcome: a code, or null. */
async function newChanger() {
  const { headers, id } = await harness.newPerson()
  const viewer = await harness.viewerOf(headers)
  const change = (current: string, to: string, ipAddress: string) =>
    harness.accounts.changePassword(viewer, headers, { current, next: to, ipAddress }).then(
      () => null,
      (error: { code: string }) => error.code,
    )
  return { id, headers, change }
}

test('exhaustion: wrong passwords from one address keep nobody at another from changing theirs', async () => {
  const { change } = await newChanger()
  const [thief, owner] = ['192.0.2.66', '192.0.2.7']
  for (let i = 0; i < 8; i++) expect(await change(`sai ${i}`, next, thief)).toBe('bad_request')
  expect(await change(password, next, thief)).toBe('rate_limited')
  expect(await change(password, next, owner)).toBe(null)
})

test('a new password that the rules refuse is no wrong guess of the old one', async () => {
  const { change } = await newChanger()
  for (let i = 0; i < 9; i++) expect(await change(password, 'qwertyuiop12', '192.0.2.7')).toBe('bad_request')
  expect(await change(password, next, '192.0.2.7')).toBe(null)
})

test('secrets outlived: a set-up link that was not used is void once its holder changes the password', async () => {
  const { id, change } = await newChanger()
  const token = await addSetupLink(harness.database.prisma, id, harness.nowMs)
  expect(await change(password, next, '192.0.2.7')).toBe(null)
  await expect(harness.accounts.setupLink(token)).rejects.toMatchObject({ code: 'not_found' })
})

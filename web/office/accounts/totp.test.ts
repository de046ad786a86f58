import { expect, test } from 'vitest'
import { newTotpSecret, stepOfTotpCode, totpCode, totpStepAt, totpUri } from './totp.ts'

/** '12345678901234567890' of RFC 6238, appendix B, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test('codes are those of RFC 6238', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [20000000000, '353130'],
  ] as const) {
    expect(totpCode(secret, totpStepAt(seconds * 1000))).toBe(code)
  }
})

test('a code is known for its step, and for clocks that are half a minute wrong', () => {
  const atMs = 1111111109_000
  const step = totpStepAt(atMs)
  for (const near of [step - 1, step, step + 1]) {
    expect(stepOfTotpCode(secret, totpCode(secret, near), atMs)).toBe(near)
  }
  expect(stepOfTotpCode(secret, totpCode(secret, step - 2), atMs)).toBeNull()
  expect(stepOfTotpCode(secret, totpCode(secret, step + 2), atMs)).toBeNull()
  expect(stepOfTotpCode(secret, '', atMs)).toBeNull()
})

test('secrets are 160 random bits, and the address of the QR code names product and account', () => {
  const [one, other] = [newTotpSecret(), newTotpSecret()]
  expect(one).toMatch(/^[A-Z2-7]{32}$/)
  expect(one).not.toBe(other)
  const uri = new URL(totpUri(one, 'Điểm Cầu', 'an@mau.example'))
  expect(decodeURIComponent(uri.pathname)).toContain('Điểm Cầu:an@mau.example')
  expect(uri.searchParams.get('secret')).toBe(one)
  expect(uri.searchParams.get('issuer')).toBe('Điểm Cầu')
})

import { createHmac, randomBytes } from 'node:crypto'

// Codes of an authenticator app: RFC 6238 with SHA-1, 6 digits and steps of 30 seconds, which every app has. The
// authentication library's own say whether a code fits, but not of which step it is, so that one could be used twice.

const stepMs = 30_000
const digits = 6
/** RFC 4226, section 4: 160 bits. */
const secretBytes = 20
/** A clock may be that many steps wrong, either way. */
const window = 1
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret as apps take it: base32 without padding. */
export function newTotpSecret(): string {
  return base32Of(randomBytes(secretBytes))
}

/** The code of a step: 30-second steps since 1970. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step at a moment. */
export function totpStepAt(atMs: number): number {
  return Math.floor(atMs / stepMs)
}

/** The step whose code this is, near a moment; null where it is none of them. */
export function stepOfTotpCode(secret: string, code: string, atMs: number): number | null {
  const now = totpStepAt(atMs)
  for (let step = now + window; step >= now - window; step--) if (totpCode(secret, step) === code) return step
  return null
}

/** What the QR code says (Key URI format of authenticator apps). */
export function totpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&digits=${digits}&period=${stepMs / 1000}`
}

function base32Of(bytes: Buffer): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  const length = (bytes.length * 8) / 5
  return Array.from(
    { length },
    (_, i) => alphabet[Number((bits >> BigInt((length - 1 - i) * 5)) & 31n)],
  ).join('')
}

function bytesOf(base32: string): Buffer {
  const text = base32.toUpperCase().replaceAll(/[^A-Z2-7]/g, '')
  let bits = 0n
  for (const letter of text) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter))
  const length = Math.floor((text.length * 5) / 8)
  const spare = BigInt(text.length * 5 - length * 8)
  return Buffer.from((bits >> spare).toString(16).padStart(length * 2, '0'), 'hex')
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Begins the name of the cookies that a browser keeps of the accounts that signed in there; one an account. */
const cookiePrefix = 'diemcau_device_'
const maxAgeSeconds = 365 * 24 * 3600

/**
 * What a browser is given when somebody has signed in: proof that this account signed in there before, and nothing else.
 * It opens no door; it only lets its holder's tries be counted apart from everybody else's (OWASP, "device cookies").
 */
export function deviceCookie(secret: string, email: string, isSecure: boolean): string {
  const device = randomBytes(16).toString('base64url')
  const value = `${device}.${proofOf(secret, email, device)}`
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName(secret, email)}=${value}; Path=/login; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}

/** The device that a request's cookies prove for an account; null for a browser that is not known. */
export function knownDevice(
  secrets: readonly string[],
  email: string,
  cookies: string | null,
): string | null {
  const names = new Map(secrets.map((secret) => [cookieName(secret, email), secret]))
  for (const pair of (cookies ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=')
    const secret = names.get(key)
    if (secret === undefined) continue
    const [device = '', proof = ''] = value.split('.')
    const [given, wanted] = [Buffer.from(proof), Buffer.from(proofOf(secret, email, device))]
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return device
  }
  return null
}

/** Tells nobody whose it is. */
function cookieName(secret: string, email: string): string {
  return `${cookiePrefix}${sign(secret, `name ${email}`).slice(0, 16)}`
}

function proofOf(secret: string, email: string, device: string): string {
  return sign(secret, `device ${device} ${email}`)
}

function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(`diemcau ${text}`).digest('base64url')
}

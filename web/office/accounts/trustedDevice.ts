import { createHmac } from 'node:crypto'

const cookiePrefix = 'diemcau_trusted_'

/** The cookie of a browser in which an account's second factor is not asked for; one an account, sent at sign-in only. */
export function trustedDeviceCookie(
  secret: string,
  device: { userId: string; token: string; maxAgeSeconds: number; isSecure: boolean },
): string {
  const { userId, token, maxAgeSeconds, isSecure } = device
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName(secret, userId)}=${token}; Path=/login; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}

/** The token that a request's cookies hold for an account; null where there is none. */
export function trustedDeviceToken(
  secrets: readonly string[],
  userId: string,
  cookies: string | null,
): string | null {
  const names = new Set(secrets.map((secret) => cookieName(secret, userId)))
  for (const pair of (cookies ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=')
    if (names.has(key) && /^[\w-]{43}$/.test(value)) return value
  }
  return null
}

/** Tells nobody whose it is. */
function cookieName(secret: string, userId: string): string {
  const name = createHmac('sha256', secret).update(`diemcau trusted ${userId}`).digest('base64url')
  return `${cookiePrefix}${name.slice(0, 16)}`
}

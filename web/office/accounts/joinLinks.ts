/** Holds a join link's token; the token itself names the participant and the meeting. */
const cookieName = 'diemcau_join'

/** The cookie that a join link is exchanged for. */
export function joinCookie(token: string, maxAgeMs: number, isSecure: boolean): string {
  return cookie(token, Math.max(0, Math.floor(maxAgeMs / 1000)), isSecure)
}

/** Forgets it. */
export function clearJoinCookie(isSecure: boolean): string {
  return cookie('', 0, isSecure)
}

/** The token in a request's cookies; null when there is none that could be one. */
export function joinTokenOf(headers: Headers): string | null {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=')
    if (name === cookieName && /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  }
  return null
}

function cookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}

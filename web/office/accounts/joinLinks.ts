import type { MeetingId } from '#contract/ids.ts'

/** Begins the name of every cookie that holds a join link's token; one a meeting, so that links stand side by side. */
const cookiePrefix = 'diemcau_join'
/** Links that one browser holds; nobody is in more meetings by link at a time. */
const maxLinks = 20

/** The cookie that a join link is exchanged for; a later link of the same meeting replaces it. */
export function joinCookie(meetingId: MeetingId, token: string, maxAgeMs: number, isSecure: boolean): string {
  return cookie(cookieName(meetingId), token, Math.max(0, Math.floor(maxAgeMs / 1000)), isSecure)
}

/** Makes room for one more link, of that meeting: the cookies that forget the oldest, which browsers send first. */
export function clearOldestJoinCookies(headers: Headers, meetingId: MeetingId, isSecure: boolean): string[] {
  const others = joinCookiesOf(headers).filter(({ name }) => name !== cookieName(meetingId))
  return others
    .slice(0, Math.max(0, others.length - (maxLinks - 1)))
    .map(({ name }) => cookie(name, '', 0, isSecure))
}

/** Forgets every link that the browser holds. */
export function clearJoinCookies(headers: Headers, isSecure: boolean): string[] {
  return joinCookiesOf(headers).map(({ name }) => cookie(name, '', 0, isSecure))
}

/** The tokens in a request's cookies: what could be one. Of too many the newest, which browsers send last. */
export function joinTokensOf(headers: Headers): string[] {
  return joinCookiesOf(headers)
    .map(({ value }) => value)
    .slice(-maxLinks)
}

function cookieName(meetingId: MeetingId): string {
  return `${cookiePrefix}_${meetingId}`
}

function joinCookiesOf(headers: Headers): { name: string; value: string }[] {
  return (headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const [name = '', value = ''] = pair.trim().split('=')
    return name.startsWith(cookiePrefix) && /^[A-Za-z0-9_-]{43}$/.test(value) ? [{ name, value }] : []
  })
}

function cookie(name: string, value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}

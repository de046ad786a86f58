import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MeetingId } from '#contract/ids.ts'

/** Begins the name of every cookie that a join link was exchanged for; one a meeting, so that links stand side by side. */
const cookiePrefix = 'diemcau_join_'
/** Browsers take a cookie of such a name over https alone, from this very host, for all of it (RFC 6265bis, 4.1.3.2). */
const hostPrefix = '__Host-'
/** Links that one browser holds; nobody is in more meetings by link at a time. */
const maxLinks = 20

/** What the cookies of a browser prove that it holds, the newest last. */
export interface HeldLinks {
  /** Links that were exchanged for a cookie here. */
  linkIds: string[]
  /** Tokens of links, which cookies of earlier releases are made of; they run out with their links. */
  tokens: string[]
}

/**
 * The cookie that a join link is exchanged for: the link's id, signed. It says nothing of the link's token, and is worth
 * what the link is, which may run out, be moved with its meeting, or be taken back. A later link of the same meeting replaces it.
 */
export function joinCookie(
  secret: string,
  link: { id: string; meetingId: MeetingId },
  maxAgeMs: number,
  isSecure: boolean,
): string {
  const value = `${link.id}.${proofOf(secret, link.id)}`
  return cookie(cookieName(link.meetingId, isSecure), value, Math.max(0, Math.floor(maxAgeMs / 1000)))
}

/** Makes room for one more link, of that meeting: the cookies that forget the oldest, which browsers send first. */
export function clearOldestJoinCookies(headers: Headers, meetingId: MeetingId): string[] {
  const others = joinCookiesOf(headers).filter(({ name }) => !name.endsWith(cookiePrefix + meetingId))
  return others.slice(0, Math.max(0, others.length - (maxLinks - 1))).map(({ name }) => cookie(name, '', 0))
}

/** Forgets every link that the browser holds. */
export function clearJoinCookies(headers: Headers): string[] {
  return joinCookiesOf(headers).map(({ name }) => cookie(name, '', 0))
}

/**
 * What a request's cookies prove. Of too many the newest, which browsers send last.
 * @param isSecure whether this host is https alone: what is signed then counts only in a cookie of this very host
 */
export function heldLinks(headers: Headers, secrets: readonly string[], isSecure: boolean): HeldLinks {
  const isSigned = (id: string, proof: string) => secrets.some((secret) => isProof(secret, id, proof))
  const held: HeldLinks = { linkIds: [], tokens: [] }
  for (const { name, value } of joinCookiesOf(headers).slice(-maxLinks)) {
    const [id = '', proof] = value.split('.')
    if (proof === undefined) held.tokens.push(value)
    else if ((!isSecure || name.startsWith(hostPrefix)) && isSigned(id, proof)) held.linkIds.push(id)
  }
  return held
}

function cookieName(meetingId: MeetingId, isSecure: boolean): string {
  return `${isSecure ? hostPrefix : ''}${cookiePrefix}${meetingId}`
}

function joinCookiesOf(headers: Headers): { name: string; value: string }[] {
  return (headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const [name = '', value = ''] = pair.trim().split('=')
    const isOurs = name.startsWith(cookiePrefix) || name.startsWith(hostPrefix + cookiePrefix)
    return isOurs && /^(?:[A-Za-z0-9_-]{1,64}\.)?[A-Za-z0-9_-]{43}$/.test(value) ? [{ name, value }] : []
  })
}

function proofOf(secret: string, linkId: string): string {
  return createHmac('sha256', secret).update(`diemcau join ${linkId}`).digest('base64url')
}

function isProof(secret: string, linkId: string, proof: string): boolean {
  const [given, wanted] = [Buffer.from(proof), Buffer.from(proofOf(secret, linkId))]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function cookie(name: string, value: string, maxAgeSeconds: number): string {
  const secure = name.startsWith(hostPrefix) ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}

/**
 * Where to go after signing in: a path on this host, or `/`. Absolute URLs, `//host`, backslashes and control
 * characters (which browsers drop or turn into slashes) are refused: open redirects are how phishing begins.
 */
export function safeNext(next: string | null | undefined): string {
  if (!next || next.length > 2000 || !next.startsWith('/')) return '/'

  if (/[\p{Cc}\\]/u.test(next) || next.startsWith('//')) return '/'
  const base = 'http://self.invalid'
  if (!URL.canParse(next, base)) return '/'
  const url = new URL(next, base)
  if (url.origin !== base || url.pathname.startsWith('//')) return '/'
  if (url.pathname === '/login' || url.pathname.startsWith('/api/')) return '/'
  return url.pathname + url.search + url.hash
}

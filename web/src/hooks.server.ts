import { redirect, type RequestEvent } from '@sveltejs/kit'
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks'
import type { SessionUse } from '#office/accounts/accounts.ts'
import { httpStatusOf } from '#contract/errors.ts'
import { errors as english } from '#web/text/errors.en.ts'
import { errors as vietnamese } from '#web/text/errors.vi.ts'
import { localeOfAcceptLanguage, parseLocale, parseTheme, preferenceCookies } from '#web/preferences.ts'
import {
  codeOfStatus,
  failPage,
  isBrokenOff,
  isMalformedForm,
  pageErrorOf,
  type PageError,
} from '#web/server/appErrors.ts'
import { compressed } from '#web/server/compression.ts'
import { officeBody, strangersBody, withinLimits } from '#web/server/requestBody.ts'
import { services } from '#web/server/services.ts'

/** Pages that need nobody to be known. All others lead to signing in. */
const openRoutes = [
  '/login',
  '/login/',
  '/setup',
  '/setup/',
  '/join',
  '/join/',
  '/api/auth/',
  '/dev/components',
  '/preferences',
]

function isAmong(routes: readonly string[], pathname: string): boolean {
  return routes.some((route) => pathname === route || (route.endsWith('/') && pathname.startsWith(route)))
}

/** What is there for who has given a password alone, beside the calls: the second factor, the language. */
const halfwayRoutes = ['/second-factor', '/second-factor/', '/api/confirmation']

/** The office opens after the second factor; a meeting's door does not ask for it. */
function guardSecondFactor({ locals: { viewer }, url, request, route }: EventOfPage): void {
  if (!viewer || viewer.owes === null) return
  const { pathname, search } = url
  if (route.id === '/meetings/[id]/call' || isAmong(halfwayRoutes, pathname)) return
  if (request.method !== 'GET' || route.id?.startsWith('/api/')) failPage('second_factor_needed')
  const page = viewer.owes === 'code' ? '/second-factor' : '/second-factor/setup'
  redirect(303, `${page}?next=${encodeURIComponent(pathname + search)}`)
}

type EventOfPage = Pick<RequestEvent, 'locals' | 'url' | 'request' | 'route'>

/** Somebody with join links alone belongs to their calls and sees nothing of the office. */
function guardPages(event: RequestEvent): void {
  const { viewer } = event.locals
  const { pathname, search } = event.url
  if (isAmong(openRoutes, pathname) || event.route.id === null) return
  const wantsPage = event.request.method === 'GET' && !event.route.id.startsWith('/api/')
  if (!viewer) {
    if (wantsPage) redirect(303, `/login?next=${encodeURIComponent(pathname + search)}`)
    failPage('unauthenticated')
  }
  const callPath = ({ meetingId }: { meetingId: string }) => `/meetings/${meetingId}/call`
  const [newest] = viewer.links
  if (!viewer.account && newest && !viewer.links.some((link) => pathname.startsWith(callPath(link)))) {
    if (wantsPage) redirect(303, callPath(newest))
    failPage('not_found')
  }
  guardSecondFactor(event)
}

/** Whether a person asks. Pages refresh their data by themselves, and say at another address that somebody is there. */
function useOf({ isDataRequest, url }: RequestEvent): SessionUse {
  return isDataRequest || url.pathname === '/api/session' ? 'none' : 'request'
}

/** Looks up who asks, as of now, and lets nobody in where they have no business. */
async function admit(event: RequestEvent): Promise<void> {
  const { locals, request } = event
  locals.viewer = null
  if (!event.url.pathname.startsWith('/api/auth/')) {
    const { accounts } = services()
    locals.viewer = await accounts.viewerOf(request.headers, event.getClientAddress(), useOf(event))
    if (locals.viewer?.account) locals.locale = locals.viewer.locale
  }
  guardPages(event)
}

/** What changes something is asked for by a page of this host. The framework looks at forms only; this is for data. */
function refuseForeign({ request, url }: RequestEvent): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== url.origin) failPage('forbidden')
}

function secure(event: RequestEvent, response: Response): void {
  const { headers } = response
  headers.set('x-content-type-options', 'nosniff')
  headers.set('x-frame-options', 'DENY')
  headers.set('referrer-policy', 'same-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set(
    'permissions-policy',
    'camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), geolocation=(), payment=(), usb=()',
  )
  if (event.url.protocol === 'https:') headers.set('strict-transport-security', 'max-age=31536000')
  const policy = headers.get('content-security-policy')
  if (policy) {
    const socket = `${event.url.protocol === 'https:' ? 'wss:' : 'ws:'}//${event.url.host}`
    const reaching = policy.replace("connect-src 'self'", `connect-src 'self' ${socket}`)
    // The models that blur a picture and filter a voice are WebAssembly; it reaches nothing that scripts do not.
    const isCall = event.route.id === '/meetings/[id]/call'
    headers.set(
      'content-security-policy',
      isCall ? reaching.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") : reaching,
    )
  }
  // Pages show what one person may see: nobody between may keep them.
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store')
}

export const handle: Handle = (input) =>
  services().asCaller(input.event.getClientAddress(), () => answer(input))

const answer: Handle = async ({ event, resolve }) => {
  const { cookies, request } = event
  event.locals.setCookies = []
  event.locals.theme = parseTheme(cookies.get(preferenceCookies.theme)) ?? 'system'
  event.locals.locale =
    parseLocale(cookies.get(preferenceCookies.locale)) ??
    localeOfAcceptLanguage(request.headers.get('accept-language'))
  refuseForeign(event)
  await admit(event)
  // What reads the body after this, whichever route or action, reads what was counted.
  const limits = event.locals.viewer?.account ? officeBody : strangersBody
  const whole = await withinLimits(request, limits)
  if (whole !== request) {
    Object.assign(event, { request: whole })
    // Whoever sends slowly may have been signed out, or have lost a right, since the first line came.
    await admit(event)
  }
  const { locale, theme } = event.locals
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%app.lang%', locale).replace('%app.theme%', theme),
  })
  for (const cookie of event.locals.setCookies) response.headers.append('set-cookie', cookie)
  secure(event, response)
  return compressed(event.request, response)
}

/** What the plain page says when no other can be drawn (error.html), and programs that show no codes. */
function told(event: RequestEvent, error: PageError): PageError & { message: string } {
  // Before the hook has begun nobody's language is known.
  const locals: Partial<App.Locals> = event.locals
  const text = (locals.locale === 'en' ? english : vietnamese)[error.code]
  return { ...error, message: `${text.what} ${text.cure}` }
}

export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind === 'app') return told(event, error)
  if (kind === 'framework' || kind === 'validation') {
    return { status: error.status, ...told(event, { code: codeOfStatus(error.status) }) }
  }
  const isBadBody = isMalformedForm(error) || isBrokenOff(error)
  const known = pageErrorOf(error) ?? (isBadBody ? { code: 'bad_request' as const } : null)
  if (known) return { status: httpStatusOf(known.code), ...told(event, known) }
  globalThis.diemCauServices?.log?.error('pageFailed', {
    route: event.route.id,
    method: event.request.method,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  return { status: 500, ...told(event, { code: 'internal' }) }
}

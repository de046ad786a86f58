import { createHmac, timingSafeEqual } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import type { Database } from '#db/client.ts'
import type { Log } from '#contract/log.ts'
import type { PasswordHashing } from './passwordHashing.ts'
import { limits } from '#contract/limits.ts'

/**
 * How passwords are kept: scrypt, salted. In Node's shared threads: where strangers may ask for it, `PasswordHashing`
 * is used.
 */
export { hashPassword } from 'better-auth/crypto'

/** What the platform calls itself to apps and devices that keep a second factor. */
export const productName = 'Điểm Cầu'

/** Only our own code sets it: `Accounts` takes it out of every request from outside. */
const addressHeader = 'x-diemcau-client-address'

/** Longest time that a person stays signed in. */
const sessionSeconds = 12 * 3600

/** The authentication library as we use it; no other file knows it. */
export function createAuth(options: {
  database: Database
  secret: string
  baseUrl: string
  log: Log
  passwords: PasswordHashing
}) {
  const { database, log, passwords } = options
  return betterAuth({
    appName: productName,
    baseURL: options.baseUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: prismaAdapter(database.prisma, { provider: 'postgresql' }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1, // the rules are ours, and settable
      maxPasswordLength: limits.password,
      password: { hash: passwords.hash, verify: passwords.verify },
    },
    session: {
      expiresIn: sessionSeconds,
      disableSessionRefresh: true,
      additionalFields: {
        confirmedAt: { type: 'date', required: false, input: false },
        secondFactorAt: { type: 'date', required: false, input: false },
      },
      cookieCache: { enabled: false }, // a revoked session is nobody's at once
    },
    advanced: {
      cookiePrefix: 'diemcau',
      disableOriginCheck: false, // or tests would run without it
      useSecureCookies: options.baseUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { joins: true },
    },
    rateLimit: { enabled: true, window: 60, max: 60 },
    telemetry: { enabled: false },
    plugins: [{ id: 'diemcau', endpoints: { openSession } }],
    databaseHooks: {
      session: {
        create: {
          // A disabled account's right password is answered as a wrong one.
          before: async (session) => {
            const user = await database.prisma.user.findUnique({ where: { id: session.userId } })
            return user !== null && user.disabledAt === null
          },
        },
      },
    },
    logger: {
      log: (level, message) => (level === 'error' ? log.warn('authFailed', { message }) : undefined),
    },
  })
}

/** For who proved by a passkey who they are. Not a route: only our own code calls it. */
const openSession = createAuthEndpoint(
  '/open-session',
  { method: 'POST', body: z.object({ userId: z.string() }), metadata: { SERVER_ONLY: true } },
  async (ctx) => {
    const user = await ctx.context.internalAdapter.findUserById(ctx.body.userId)
    const session = user && (await ctx.context.internalAdapter.createSession(user.id))
    if (!session) throw new APIError('UNAUTHORIZED')
    await setSessionCookie(ctx, { session, user })
    return ctx.json({ token: session.token, user: { id: user.id, email: user.email } })
  },
)

/** What is kept of a secret that has to be read again. */
export function encryptSecret(key: string, text: string): Promise<string> {
  return symmetricEncrypt({ key, data: text })
}

/** The way back, by whichever of the keys it was. @throws Error when it was encrypted with another */
export async function decryptSecret(
  keys: readonly string[],
  kept: string,
): Promise<{ text: string; key: string }> {
  for (const key of keys) {
    const text = await symmetricDecrypt({ key, data: kept }).catch(() => null)
    if (text !== null) return { text, key }
  }
  throw new Error('It was encrypted with a key that is not here')
}

/** The headers that the library reads about a client. */
export function clientHeaders(
  client: { ipAddress: string; userAgent: string },
  cookie?: string | null,
): Headers {
  const headers = new Headers({ 'user-agent': headerText(client.userAgent) })
  if (client.ipAddress) headers.set(addressHeader, headerText(client.ipAddress))
  if (cookie) headers.set('cookie', cookie)
  return headers
}

/** A request from outside without what only we may say, and signed as the library knows it. */
export function asAsked(request: Request, secrets: readonly string[]): Request {
  const asked = new Request(request, { headers: signedAnew(request.headers, secrets) })
  asked.headers.delete(addressHeader)
  return asked
}

/** The library's session cookie: its token and a signature (HMAC-SHA-256 of it, base64), percent-encoded. */
const sessionCookie = /((?:^|;\s*)(?:__Secure-)?diemcau\.session_token=)([^;]+)/g

/**
 * Headers whose session is signed with the newest secret, the first, which is the only one that the library knows: what
 * one before it has signed is signed anew.
 */
export function signedAnew(headers: Headers, secrets: readonly string[]): Headers {
  const [newest = '', ...former] = secrets
  const cookie = headers.get('cookie')
  if (former.length === 0 || cookie === null) return headers
  const again = cookie.replaceAll(sessionCookie, (whole, name: string, value: string) => {
    const [, token = '', signature = ''] = /^(.*)\.([^.]*)$/.exec(decoded(value)) ?? []
    const isFormer = former.some((secret) => isSame(signature, signatureOf(secret, token)))
    return isFormer ? `${name}${encodeURIComponent(`${token}.${signatureOf(newest, token)}`)}` : whole
  })
  const copy = new Headers(headers)
  copy.set('cookie', again)
  return copy
}

function signatureOf(secret: string, token: string): string {
  return createHmac('sha256', secret).update(token).digest('base64')
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return '' // signed by nobody
  }
}

/**
 * Runs a call of the library, which wraps what our database throws in an error of its own: ours comes out as it was.
 * @throws AppError storage_unavailable, disk_full
 */
export async function translatingErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && error.cause instanceof AppError) throw error.cause
    throw error
  }
}

/** The library's refusal of what somebody typed, as its code; null for any other error. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof APIError) || error.statusCode >= 500) return null
  return error.body?.code ?? String(error.status)
}

function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, 400)
}

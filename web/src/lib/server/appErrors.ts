import { error, fail, isHttpError, isRedirect, type ActionFailure } from '@sveltejs/kit'
import { errorCodes, httpStatusOf, type ErrorCode } from '#contract/errors.ts'

/** An expected failure as pages see it. */
export interface PageError {
  code: ErrorCode
  detail?: Readonly<Record<string, string | number | boolean>>
}

/**
 * The expected failure behind a thrown value; null for a bug. The services live outside the pages' bundle, with
 * their own copy of `AppError`, so it is known by its name and code and not by its class.
 */
export function pageErrorOf(thrown: unknown): PageError | null {
  if (!(thrown instanceof Error) || thrown.name !== 'AppError' || !('code' in thrown)) return null
  const code = errorCodes.find((known) => known === thrown.code)
  if (!code) return null
  const detail = 'detail' in thrown ? plainDetailOf(thrown.detail) : undefined
  return detail ? { code, detail } : { code }
}

function plainDetailOf(value: unknown): PageError['detail'] {
  if (typeof value !== 'object' || value === null) return undefined
  const plain: Record<string, string | number | boolean> = {}
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean')
      plain[key] = field
  }
  return plain
}

/** The code that stands for a status which SvelteKit itself chose. */
export function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'not_found'
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 413) return 'too_large'
  if (status === 429) return 'rate_limited'
  return status >= 400 && status < 500 ? 'bad_request' : 'internal'
}

/** A body that is not of the form that its header says; the platform reads it with the web's own parser. */
export function isMalformedForm(thrown: unknown): boolean {
  return thrown instanceof TypeError && /form ?data|multipart|boundary/i.test(thrown.message)
}

/** A request whose sender went away before its body was whole: nobody reads the answer, and nothing of ours broke. */
export function isBrokenOff(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    thrown.message === 'aborted' &&
    'code' in thrown &&
    thrown.code === 'ECONNRESET'
  )
}

/** The JSON in a request's body. Ends the request with `bad_request` when there is none. */
export async function jsonBodyOf(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch (thrown) {
    if (thrown instanceof SyntaxError) failPage('bad_request')
    throw thrown
  }
}

/** Ends a request with an expected failure; the page shows its translated text. Never returns. */
export function failPage(code: ErrorCode): never {
  error(httpStatusOf(code), code, { code })
}

/**
 * Runs an action's work. An expected failure becomes the action's failure, with what was typed, so that the page
 * can keep it and say what happened; a bug goes on to `handleError`.
 */
export async function attempt<T, Typed extends Record<string, unknown>>(
  work: () => Promise<T>,
  typed: Typed,
): Promise<T | ActionFailure<{ error: PageError; typed: Typed }>> {
  try {
    return await work()
  } catch (thrown) {
    if (isRedirect(thrown) || isHttpError(thrown)) throw thrown
    const pageError = pageErrorOf(thrown)
    if (!pageError) throw thrown
    return fail(httpStatusOf(pageError.code), { error: pageError, typed })
  }
}

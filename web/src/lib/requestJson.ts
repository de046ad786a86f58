import type { ErrorCode } from '#contract/errors.ts'
import { errorCodeIn } from './refusal.ts'

/** A request that this host refused or did not answer. */
export class RequestFailure extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.name = 'RequestFailure'
    this.code = code
  }
}

/**
 * Asks one of our own JSON routes. `body` makes it a POST. The answer's shape is what the route's own code says.
 * An answer that stops half-way is none. @throws RequestFailure with the route's code; `timeout` when the network or the
 * server does not answer in 15 s; what `signal` was aborted with.
 */
export async function requestJson<T>(
  path: string,
  options: { body?: unknown; signal?: AbortSignal; keepalive?: boolean } = {},
): Promise<T> {
  const { body, signal, keepalive = false } = options
  const timeout = AbortSignal.timeout(15_000)
  let response: Response
  let text: string
  try {
    response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers:
        body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      keepalive,
    })
    text = await response.text()
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new RequestFailure('timeout')
  }
  const answer = jsonIn(text)
  if (response.ok && answer !== undefined) return answer as T // our own route's type, named by the caller
  throw new RequestFailure(errorCodeIn(answer) ?? 'internal')
}

/** Null for an empty answer; undefined for one that is no JSON. */
function jsonIn(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

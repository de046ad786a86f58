import { AppError } from '#contract/errors.ts'

/** Codes of sockets, PostgreSQL (SQLSTATE) and Prisma that mean: the database did not answer, nothing was changed. */
const unavailableCodes = new Set([
  ...['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EACCES'],
  ...['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006', '57014'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'],
])

/** node-postgres throws these without a code. */
const unavailableMessages =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Cannot use a pool after calling end/

/**
 * Runs a database call; the one place where a database's failure becomes ours.
 * `Database.prisma` and `Database.transact` go through it already; call it around what uses the pool itself.
 * @throws AppError storage_unavailable, disk_full; anything else is passed on as it is.
 */
export async function translatingErrors<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translated(error)
  }
}

function translated(error: unknown): unknown {
  if (error instanceof AppError) return error
  for (const cause of chainOf(error)) {
    const code = stringOf(cause, 'code') ?? stringOf(cause, 'originalCode') ?? ''
    if (code === '53100' || code === 'ENOSPC') {
      return new AppError('disk_full', 'the database has no room left', { cause: error })
    }
    const message = stringOf(cause, 'message') ?? ''
    const kind = stringOf(cause, 'kind') ?? ''
    if (
      unavailableCodes.has(code) ||
      unavailableMessages.test(message) ||
      /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/.test(kind)
    ) {
      return new AppError(
        'storage_unavailable',
        `the database does not answer (${code || kind || message})`,
        {
          cause: error,
        },
      )
    }
  }
  return error
}

/** An error, what it was wrapped around, and what Prisma keeps of the driver's error. At most eight deep. */
function* chainOf(error: unknown): Generator<object> {
  const seen: unknown[] = [error]
  for (let i = 0; i < seen.length && i < 8; i++) {
    const item = seen[i]
    if (typeof item !== 'object' || item === null) continue
    yield item
    for (const key of ['cause', 'meta', 'driverAdapterError'] as const) {
      const inner: unknown = Reflect.get(item, key)
      if (inner !== undefined) seen.push(inner)
    }
    const errors: unknown = Reflect.get(item, 'errors')
    if (Array.isArray(errors)) seen.push(...errors)
  }
}

function stringOf(item: object, key: string): string | undefined {
  const value: unknown = Reflect.get(item, key)
  return typeof value === 'string' ? value : undefined
}

/** The unique index that a write ran into (its name in the database); null when the error is something else. */
export function brokenUniqueIndex(error: unknown): string | null {
  for (const item of chainOf(error)) {
    if (stringOf(item, 'kind') !== 'UniqueConstraintViolation') continue
    const constraint: unknown = Reflect.get(item, 'constraint')
    if (typeof constraint === 'object' && constraint !== null) return stringOf(constraint, 'index') ?? ''
    return ''
  }
  return null
}

/** The exclusion constraint that a write ran into (23P01); null when the error is something else. */
export function brokenExclusion(error: unknown): string | null {
  for (const item of chainOf(error)) {
    const code = stringOf(item, 'code') ?? stringOf(item, 'originalCode')
    const named = /"([^"]+)"[^"]*$/.exec(stringOf(item, 'originalMessage') ?? stringOf(item, 'message') ?? '')
    if (code === '23P01') return named?.[1] ?? ''
  }
  return null
}

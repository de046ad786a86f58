/**
 * Structured logging: event name first (a noun and what became of it: `recordingOpened`), ids and codes only; never
 * tokens, SDP, message text or names of people.
 */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
  child(fields: Record<string, unknown>): Log
}

/** For tests and tools that do not listen. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
}

/** The one way to leave a promise alone: what it throws is logged. */
export function detach(log: Log, event: string, work: Promise<unknown>): void {
  work.catch((error: unknown) =>
    log.error(event, { error: error instanceof Error ? error.stack : String(error) }),
  )
}

import { pino, type Logger } from 'pino'
import type { Log } from '#contract/log.ts'

/** The platform's log: one JSON object a line on standard error, so that standard output stays for people. */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error', fields: Record<string, unknown>): Log {
  const logger = pino(
    { level, base: fields, messageKey: 'event', timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  return wrap(logger)
}

function wrap(logger: Logger): Log {
  return {
    debug: (event, more) => logger.debug(more ?? {}, event),
    info: (event, more) => logger.info(more ?? {}, event),
    warn: (event, more) => logger.warn(more ?? {}, event),
    error: (event, more) => logger.error(more ?? {}, event),
    child: (more) => wrap(logger.child(more)),
  }
}

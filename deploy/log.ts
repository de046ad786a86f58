import { pino, type Logger } from 'pino'
import type { Log } from '#contract/log.ts'
import { LogSink } from './logSink.ts'

/**
 * The platform's log: one JSON object a line on standard error, so that standard output stays for people. Writing waits
 * for nobody (see `LogSink`); what waits at the end of the process, also by an error, is written then. Once a process.
 */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error', fields: Record<string, unknown>): Log {
  const sink = new LogSink(2)
  process.once('exit', () => sink.flush())
  const logger = pino(
    { level, base: fields, messageKey: 'event', timestamp: pino.stdTimeFunctions.isoTime },
    sink,
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

import { join } from 'node:path'
import type { Log } from '#contract/log.ts'
import type { SampleCredentials } from '#db/seedSample.ts'
import { isJournalled, loadConfig } from './config.ts'
import { ConfigError } from './configError.ts'
import { createLog } from './log.ts'
import { withNodeName } from './nodeName.ts'
import type { Platform } from './platform.ts'
import { appendPrivate, writePrivate } from './secrets.ts'

const startedAtMs = Date.now()
try {
  const config = withNodeName(loadConfig(process.env))
  const log = createLog(config.LOG_LEVEL, { node: config.NODE_ID })
  // Only now: a wrong setting is told at once.
  const { startPlatform } = await import('./platform.ts')
  const starting = startPlatform(config, log, (line) => console.log(`${line} …`))
  endOnSignals(starting, log)
  process.on('unhandledRejection', (error) => {
    // a bug, but not one to end everybody's meeting for
    log.error('rejectionUnhandled', { error: error instanceof Error ? error.stack : String(error) })
  })
  const platform = await starting
  if (platform.firstSetupUrl)
    tellFirstSetup(config.DATA_DIR, platform.firstSetupUrl, isJournalled(process.env))
  if (platform.sample) tellSample(config.DATA_DIR, platform.sample)
  console.log(`Điểm Cầu is ready: ${platform.url}`)
  log.info('platformReady', {
    roles: config.ROLES.join(','),
    port: platform.port,
    afterMs: Date.now() - startedAtMs,
  })
} catch (error) {
  if (error instanceof ConfigError) console.error(error.message)
  else console.error('The platform did not start:', error)
  process.exit(1)
}

/** A platform that is still starting is let finish: its parts can then be closed in good order. */
function endOnSignals(starting: Promise<Platform>, log: Log): void {
  const stop = (signal: NodeJS.Signals) => {
    log.info('platformStopping', { signal })
    starting
      .then((platform) => platform.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('platformNotClosed', { error: String(error) })
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', stop) // whoever repeats it does not mean "at once"
  process.once('SIGINT', stop)
}

/** There is no default password: whoever reads this terminal, or this file, makes the first administrator. */
function tellFirstSetup(dataDir: string, url: string, isKept: boolean): void {
  const path = firstSetupFile(dataDir)
  writePrivate(path, `${url}\n`)
  if (isKept)
    console.log(`The link that makes the first administrator, once, within seven days, is in ${path}`)
  else console.log(`Make the first administrator here, once, within seven days (also in ${path}):\n  ${url}`)
}

/** Passwords go into the file only: what a terminal shows ends up in logs. */
function tellSample(dataDir: string, people: readonly SampleCredentials[]): void {
  const path = firstSetupFile(dataDir)
  const lines = people.map(({ name, email, password }) => `${name}\t${email}\t${password}\n`)
  appendPrivate(path, lines.join(''))
  console.log(`Invented people and meetings were added; names, addresses and passwords are in ${path}`)
}

function firstSetupFile(dataDir: string): string {
  return join(dataDir, 'first-setup.txt')
}

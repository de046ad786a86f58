import { join } from 'node:path'
import { ConfigError, loadConfig } from './config.ts'

import { createLog } from './log.ts'
import { startPlatform } from './platform.ts'
import { writePrivate } from './secrets.ts'

const startedAtMs = Date.now()
try {
  const config = loadConfig(process.env)
  const log = createLog(config.LOG_LEVEL, { node: config.NODE_ID })
  const platform = await startPlatform(config, log, (line) => console.log(`${line} …`))
  if (platform.firstSetupUrl) tellFirstSetup(config.DATA_DIR, platform.firstSetupUrl)
  console.log(`Điểm Cầu is ready: ${platform.url}`)
  log.info('platform.ready', {
    roles: config.ROLES.join(','),
    port: platform.port,
    afterMs: Date.now() - startedAtMs,
  })

  const stop = (signal: NodeJS.Signals) => {
    log.info('platform.stopping', { signal })
    platform.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('platform.closeFailed', { error: String(error) })
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.on('unhandledRejection', (error) => {
    // a bug, but not one to end everybody's meeting for
    log.error('process.unhandledRejection', { error: error instanceof Error ? error.stack : String(error) })
  })
} catch (error) {
  if (error instanceof ConfigError) console.error(error.message)
  else console.error('The platform did not start:', error)
  process.exit(1)
}

/** There is no default password: whoever reads this terminal, or this file, makes the first administrator. */
function tellFirstSetup(dataDir: string, url: string): void {
  const path = join(dataDir, 'first-setup.txt')
  writePrivate(path, `${url}\n`)
  console.log(`Make the first administrator here, once, within a day (also in ${path}):\n  ${url}`)
}

import { describeAudit } from '#db/audit.ts'
import { openDatabase } from '#db/client.ts'
import { startEmbeddedPostgres } from '#db/embedded.ts'
import { silentLog } from '#contract/log.ts'
import { loadConfig } from './config.ts'

// `npm run audit:check`: reads the audit log from its beginning, with the settings of the platform. Exits with 0 when
// the chain is whole, with 1 when it is broken, empty or not to be read. The platform itself does so every night.
try {
  process.exitCode = (await check()) ? 0 : 1
} catch (error) {
  console.error(`The audit log could not be read: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function check(): Promise<boolean> {
  const { DATABASE_URL, DATA_DIR } = loadConfig(process.env)
  const embedded = DATABASE_URL ? null : await startEmbeddedPostgres({ dataDir: DATA_DIR, log: silentLog })
  const database = await openDatabase(DATABASE_URL ?? embedded?.url ?? '')
  try {
    const { isWhole, line } = await describeAudit(database)
    console.log(line)
    return isWhole
  } finally {
    await database.close()
    await embedded?.stop()
  }
}

import { keptAuditHeads } from '#db/auditHeads.ts'
import { describeAudit, headOf, headText, holdsHead, keyAuditAnew } from '#db/auditProof.ts'
import { type Database, openDatabase } from '#db/client.ts'
import { startEmbeddedPostgres } from '#db/embedded.ts'
import { silentLog } from '#contract/log.ts'
import { loadConfig } from './config.ts'
import { auditKeys } from './secrets.ts'

// `npm run audit:verify -- [HEAD …]`: reads the audit log from its beginning, with the settings of the platform, and
// looks whether what the platform keeps of it in DATA_DIR/audit-heads, and each head that this printed earlier and
// somebody kept elsewhere, is still in it. With --keys-lost it first goes on with the keys that are here. Exits with 0 when
// the chain is whole and holds them all, else, or when it is empty or not to be read, with 1. The platform itself reads
// it every night and logs the head.
try {
  const asked = process.argv.slice(2)
  const heads = asked.filter((text) => text !== '--keys-lost')
  process.exitCode = (await verify(heads, heads.length < asked.length)) ? 0 : 1
} catch (error) {
  console.error(`The audit log could not be read: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function verify(kept: readonly string[], isKeysLost: boolean): Promise<boolean> {
  const config = loadConfig(process.env)
  const { DATABASE_URL, DATA_DIR } = config
  const embedded = DATABASE_URL ? null : await startEmbeddedPostgres({ dataDir: DATA_DIR, log: silentLog })
  const database = await openDatabase(DATABASE_URL ?? embedded?.ownerUrl ?? '', {
    auditKeys: auditKeys(config),
  })
  try {
    if (isKeysLost) await keyAuditAnew(database)
    const { isWhole, line } = await describeAudit(database, await keptAuditHeads(DATA_DIR))
    console.log(line)
    const held = await Promise.all(kept.map((text) => isHeld(database, text)))
    return isWhole && !held.includes(false)
  } finally {
    await database.close()
    await embedded?.stop()
  }
}

async function isHeld(database: Database, text: string): Promise<boolean> {
  const head = headOf(text)
  if (!head) throw new Error(`${text} is no head: it is a number, a colon and 64 digits`)
  const isThere = await holdsHead(database, head)
  console.log(
    `${headText(head)} ${isThere ? 'is in it' : 'is NOT in it: the log was cut off or written anew'}`,
  )
  return isThere
}

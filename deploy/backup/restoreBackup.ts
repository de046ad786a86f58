import { copyFile, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { silentLog } from '#contract/log.ts'
import { keptAuditHeads } from '#db/auditHeads.ts'
import { describeAudit } from '#db/auditProof.ts'
import { openDatabase } from '#db/client.ts'
import { startEmbeddedPostgres } from '#db/embedded.ts'
import type { Config } from '../config.ts'
import { auditKeys } from '../secrets.ts'
import { checkBackup, placeOf, type Contents } from './backupFolder.ts'
import { fillDatabase } from './databaseTools.ts'

/** What is under way lies in here until it is whole. */
const draftName = 'restoring'

/**
 * Puts a backup into an empty place, after reading every byte of it, and looks whether what is there then is whole.
 * @returns whether its audit log is, and the same in words
 * @throws Error when the place is not empty, the backup damaged, or of another kind of database than the settings name
 */
export async function restoreBackup(
  config: Pick<Config, 'DATA_DIR' | 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'AUDIT_KEYS'>,
  folder: string,
  say: (line: string) => void,
): Promise<{ isWhole: boolean; line: string }> {
  say('Reading the backup')
  const contents = await checkBackup(folder)
  if (contents.database === 'dump' && !config.DATABASE_URL) {
    throw new Error('This backup is of a PostgreSQL of yours: name an empty database in DATABASE_URL')
  }
  if (contents.database === 'cluster' && config.DATABASE_URL) {
    throw new Error('This backup is of the embedded database: restore it without DATABASE_URL')
  }
  await assertEmpty(config.DATA_DIR)
  say(`Copying into ${config.DATA_DIR}`)
  const draft = join(config.DATA_DIR, draftName)
  await copyOut(contents, folder, draft)
  if (config.DATABASE_URL) {
    say('Filling the database')
    await fillDatabase(config.DATABASE_OWNER_URL ?? config.DATABASE_URL, join(draft, placeOf.dump))
    await rm(join(draft, placeOf.dump))
  }
  await moveIn(draft, config.DATA_DIR)
  say('Looking at what is there')
  return await look(config)
}

async function assertEmpty(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  // What an interrupted restoring left is nobody's.
  await rm(join(dataDir, draftName), { recursive: true, force: true })
  if ((await readdir(dataDir)).length > 0) {
    throw new Error(`${dataDir} (DATA_DIR) is not empty: move what is in it away, nothing is overwritten`)
  }
}

async function copyOut({ folders, files }: Contents, from: string, to: string): Promise<void> {
  for (const folder of ['', ...folders]) await mkdir(join(to, folder), { recursive: true, mode: 0o700 })
  for (const file of Object.keys(files)) await copyFile(join(from, file), join(to, file))
}

/** The database last: a start before that finds none. */
async function moveIn(draft: string, dataDir: string): Promise<void> {
  const rest = join(draft, placeOf.rest)
  for (const name of await readdir(rest)) await rename(join(rest, name), join(dataDir, name))
  await rmdir(rest)
  for (const name of await readdir(draft)) await rename(join(draft, name), join(dataDir, name))
  await rmdir(draft)
}

async function look(
  config: Pick<Config, 'DATA_DIR' | 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'AUDIT_KEYS'>,
): Promise<{ isWhole: boolean; line: string }> {
  const server = config.DATABASE_URL
    ? null
    : await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log: silentLog })
  const database = await openDatabase(
    config.DATABASE_OWNER_URL ?? config.DATABASE_URL ?? server?.ownerUrl ?? '',
    {
      auditKeys: auditKeys(config),
    },
  )
  try {
    const meetings = await database.prisma.meeting.count()
    const { isWhole, line } = await describeAudit(database, await keptAuditHeads(config.DATA_DIR))
    return { isWhole, line: `${meetings} meetings. ${line}` }
  } finally {
    await database.close()
    await server?.stop()
  }
}

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { silentLog } from '#contract/log.ts'
import { auditHeadsFolder } from '#db/auditHeads.ts'
import { backUpCluster } from '#db/baseBackup.ts'
import { startEmbeddedPostgres } from '#db/embedded.ts'
import { findServer } from '#db/embeddedServer.ts'
import type { Config } from '../config.ts'
import { noteBackup } from './lastBackup.ts'
import { placeOf, sealBackup, type Contents } from './backupFolder.ts'
import { dumpDatabase } from './databaseTools.ts'

/** In DATA_DIR, but the database's, of one start, or made anew; and what a recorder is just composing. */
const leftOut = /^(postgres(\..*)?|nodes|run|first-setup\.txt|last-backup|restoring|audit-heads)$/
const composing = /^composing(-\d+)?$/

/**
 * Copies all that a platform keeps into a new folder, while it runs: the database as of one moment, then recordings
 * (so that none of which the database tells is missing) and secrets. The folder is there whole or not at all.
 * @throws Error when it exists or is in DATA_DIR, or when anything cannot be copied
 */
export async function makeBackup(
  config: Pick<Config, 'DATA_DIR' | 'DATABASE_URL'>,
  folder: string,
  say: (line: string) => void,
): Promise<Contents> {
  if (existsSync(folder)) throw new Error(`${folder} is there already: a backup makes a folder of its own`)
  if (!relative(config.DATA_DIR, folder).startsWith('..')) {
    throw new Error(`${folder} is in DATA_DIR itself: it would be a part of what it is to keep`)
  }
  const madeAtMs = Date.now()
  const draft = `${folder}.unfinished`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  try {
    // Before the database: what they know is in its copy then.
    const heads = join(config.DATA_DIR, auditHeadsFolder)
    if (existsSync(heads)) await copyRest(heads, join(draft, placeOf.rest, auditHeadsFolder), /\.part$/)
    say('Copying the database')
    const kind = config.DATABASE_URL ? 'dump' : 'cluster'
    if (config.DATABASE_URL) await dumpDatabase(config.DATABASE_URL, join(draft, placeOf.dump))
    else await copyCluster(config.DATA_DIR, join(draft, placeOf.cluster))
    say('Copying recordings and secrets')
    await copyRest(config.DATA_DIR, join(draft, placeOf.rest), leftOut)
    say('Reading the copy')
    const contents = await sealBackup(draft, kind, madeAtMs)
    writeThrough(draft)
    await rename(draft, folder)
    writeThrough(dirname(folder))
    await noteBackup(config.DATA_DIR, madeAtMs)
    return contents
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

/** Of the running platform's server, else of one that is started for it. */
async function copyCluster(dataDir: string, to: string): Promise<void> {
  const isRunning = existsSync(dataDir) && (await findServer(dataDir)) !== null
  if (!isRunning && !existsSync(join(dataDir, 'postgres'))) {
    throw new Error(`There is no database in ${dataDir} (DATA_DIR): is this the folder that was meant?`)
  }
  const server = isRunning ? null : await startEmbeddedPostgres({ dataDir, log: silentLog })
  try {
    await backUpCluster(dataDir, to)
  } finally {
    await server?.stop()
  }
}

async function copyRest(from: string, to: string, except: RegExp): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (except.test(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      if (!composing.test(entry.name)) await copyRest(source, target, /^$/)
    } else if (entry.isFile()) {
      await copyFile(source, target).catch((error: unknown) => {
        // Deleted, or composed and put away, since the folder was read.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      })
    }
  }
}

/** A backup that a power cut takes back is none. */
function writeThrough(path: string): void {
  const { status, error } = spawnSync('sync', ['--file-system', path], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${path} could not be written through to the disk`, { cause: error })
}

import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { z } from 'zod'
import { findServer, socketUrl } from './embeddedServer.ts'

/** What a server makes anew, or what belongs to the one that runs (PostgreSQL 18, "Making a Base Backup"). */
const emptied = new Set(
  ['dynshmem', 'notify', 'replslot', 'serial', 'snapshots', 'stat_tmp', 'subtrans', 'wal'].map(
    (n) => `pg_${n}`,
  ),
)
const leftOut =
  /^(postmaster\.(pid|opts)|\.s\.PGSQL\..*|pg_internal\.init.*|pgsql_tmp.*|pg_control|current_logfiles|backup_label|tablespace_map)$/

const StartReply = z.object({ start: z.string() })
const StopReply = z.object({ label: z.string(), first: z.string(), last: z.string() })

/**
 * Copies the cluster of an embedded server while it runs and is written to, as PostgreSQL's own base backup does: a
 * server that is started on the copy has everything that was committed before this resolved.
 * @param dataDir the DATA_DIR of the platform whose server it is
 * @param to made; belongs to whoever runs this
 * @throws Error when no server runs on it, or it cannot be read
 */
export async function backUpCluster(dataDir: string, to: string): Promise<void> {
  const server = await findServer(dataDir)
  if (!server) throw new Error(`No database runs on ${dataDir} (DATA_DIR)`)
  const client = new Client({ connectionString: socketUrl(server.socketDir, 'postgres') })
  await client.connect()
  try {
    // Keeps the log of the time of copying, until this connection ends.
    const slot = `backup_${randomBytes(6).toString('hex')}`
    await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [slot])
    const { start } = await one(client, StartReply, "SELECT pg_backup_start('diem-cau', true) AS start")
    await copyCluster(server.cluster, to)
    // After all that it tells of, as PostgreSQL's own tool does.
    await copyFile(path.join(server.cluster, 'global/pg_control'), path.join(to, 'global/pg_control'))
    const { label, first, last } = await one(
      client,
      StopReply,
      `SELECT labelfile AS label, pg_walfile_name($1::pg_lsn) AS first, pg_walfile_name(lsn) AS last
       FROM pg_backup_stop(false)`,
      [start],
    )
    await copyLog(server.cluster, to, first, last)
    // Last: without it a copy is no cluster that a server would start on by mistake.
    await writeFile(path.join(to, 'backup_label'), label, { mode: 0o600, flush: true })
  } finally {
    await client.end()
  }
}

async function one<T>(client: Client, schema: z.ZodType<T>, sql: string, values: string[] = []): Promise<T> {
  const { rows } = await client.query(sql, values)
  return schema.parse(rows[0])
}

async function copyCluster(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (leftOut.test(entry.name)) continue
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) {
      if (emptied.has(entry.name)) await mkdir(target, { mode: 0o700 })
      else await copyCluster(source, target)
    } else if (entry.isFile()) await copyUnlessGone(source, target)
  }
}

async function copyLog(from: string, to: string, first: string, last: string): Promise<void> {
  for (const name of await readdir(path.join(from, 'pg_wal'))) {
    const isOfCopying = /^[0-9A-F]{24}$/.test(name)
      ? name >= first && name <= last
      : name.endsWith('.history')
    if (isOfCopying) await copyFile(path.join(from, 'pg_wal', name), path.join(to, 'pg_wal', name))
  }
}

/** A table that was dropped meanwhile is one that the log drops too. */
async function copyUnlessGone(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

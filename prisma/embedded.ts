import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import type { Log } from '#contract/log.ts'
import { ensureServer, socketUrl, stopServer } from './embeddedServer.ts'

const database = 'diemcau'

/** The embedded PostgreSQL of an all-in-one node. */
export interface EmbeddedPostgres {
  /** For `openDatabase`. */
  url: string
  pid: number
  /** Ends the server and waits for it. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL 18 (binaries from npm) on `dataDir`, listening on a Unix socket only; everything is written
 * through to the disk. A server that outlived a killed Node is taken over. Started by root it runs as another account.
 * @throws Error naming DATA_DIR when another process of the platform uses it, or PostgreSQL cannot run on it
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string
  log: Log
}): Promise<EmbeddedPostgres> {
  const folder = path.resolve(options.dataDir)
  await mkdir(folder, { recursive: true })
  const release = await lockFolder(folder)
  try {
    const server = await ensureServer(folder)
    await createDatabase(server.socketDir)
    options.log.info('databaseStarted', { pid: server.pid, wasTakenOver: server.wasTakenOver })
    let stopping: Promise<void> | undefined
    return {
      url: socketUrl(server.socketDir, database),
      pid: server.pid,
      stop: () => {
        stopping ??= stopServer(server.cluster, server.pid).then(release)
        return stopping
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = new Client({ connectionString: socketUrl(socketDir, 'postgres'), query_timeout: 60_000 })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`)
  } finally {
    await client.end()
  }
}

/** One process of the platform per folder; a dead one's lock is taken. Returns the release. */
async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'postgres.owner')
  const mine = `${process.pid} ${await startTicks(process.pid)}\n`
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 })
      return () => rm(file, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const holder = await readFile(file, 'utf8').catch(() => '')
    const [pid = '', ticks] = holder.trim().split(' ')
    if (pid && ticks && (await startTicks(Number(pid))) === ticks) {
      throw new Error(`DATA_DIR ${folder} is in use by process ${pid}: stop it, or choose another DATA_DIR`)
    }
    await rm(file, { force: true })
  }
  throw new Error(`DATA_DIR ${folder}: ${file} cannot be held`)
}

/**
 * When a process began, in the kernel's ticks: tells it from a later one with the same id. Empty when it is gone, or
 * dead and only not yet collected by its parent.
 */
async function startTicks(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? '' : (fields[19] ?? '')
}

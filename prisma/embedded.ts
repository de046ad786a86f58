import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { detach, type Log } from '#contract/log.ts'
import {
  ensureServer,
  isServerAlive,
  platformRole,
  type RunningServer,
  socketUrl,
  stopServer,
} from './embeddedServer.ts'
import { lockFile } from './fileLock.ts'

const database = 'diemcau'
/** How often the server is looked after. */
const lookEveryMs = 500

/** The embedded PostgreSQL of an all-in-one node. */
export interface EmbeddedPostgres {
  /** As the role that the platform runs as; it has its rights from `prepareDatabase`. */
  url: string
  /** As the server's superuser, who owns all: for what changes tables, and for what looks at them from without. */
  ownerUrl: string
  /** Of the server that runs now. */
  readonly pid: number
  /** Ends the server and waits for it. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL 18 (binaries from npm) on `dataDir`, listening on a Unix socket only; everything is written
 * through to the disk. A server that outlived a killed Node is taken over; one that dies while we live is started again
 * at the same address. Started by root it runs as another account.
 * @throws Error naming DATA_DIR when another process of the platform uses it, or PostgreSQL cannot run on it
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string
  log: Log
}): Promise<EmbeddedPostgres> {
  const folder = path.resolve(options.dataDir)
  await mkdir(folder, { recursive: true })
  const release = lockFolder(folder)
  try {
    const server = await ensureServer(folder)
    await createDatabase(server.socketDir)
    options.log.info('databaseStarted', { pid: server.pid, wasTakenOver: server.wasTakenOver })
    const keeper = new ServerKeeper(folder, server, options.log)
    let stopping: Promise<void> | undefined
    return {
      url: socketUrl(server.socketDir, database, platformRole),
      ownerUrl: socketUrl(server.socketDir, database),
      get pid() {
        return keeper.server.pid
      },
      stop: () => (stopping ??= keeper.stop().then(release)),
    }
  } catch (error) {
    release()
    throw error
  }
}

/** Starts the server again when it has died. */
class ServerKeeper {
  server: RunningServer
  readonly #folder: string
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | null = null
  #isStopping = false

  constructor(folder: string, server: RunningServer, log: Log) {
    this.#folder = folder
    this.server = server
    this.#log = log
    this.#timer = setInterval(() => {
      // A start that takes long is one start.
      this.#looking ??= this.#look().finally(() => (this.#looking = null))
      detach(log, 'databaseNotRestarted', this.#looking)
    }, lookEveryMs)
  }

  async #look(): Promise<void> {
    if (await isServerAlive(this.server)) return
    if (this.#isStopping) return
    this.#log.error('databaseDied', { pid: this.server.pid })
    this.server = await ensureServer(this.#folder, { socketDir: this.server.socketDir })
    this.#log.info('databaseRestarted', { pid: this.server.pid })
  }

  /** Ends the watch, then the server. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#timer)
    await this.#looking?.catch(() => undefined) // logged above
    await stopServer(this.server.cluster, this.server.pid)
  }
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = new Client({ connectionString: socketUrl(socketDir, 'postgres'), query_timeout: 60_000 })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`)
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [platformRole])
    if (role.rowCount === 0) await client.query(`CREATE ROLE ${platformRole} LOGIN`)
  } finally {
    await client.end()
  }
}

/** One process of the platform per folder. Returns the release. */
function lockFolder(folder: string): () => void {
  const file = path.join(folder, 'postgres.owner')
  const lock = lockFile(file)
  if (!lock) {
    const holder = readFileSync(file, 'utf8').trim()
    throw new Error(
      `DATA_DIR ${folder} is in use by process ${holder}: stop it, or choose another DATA_DIR (several processes on one need DATABASE_URL)`,
    )
  }
  lock.write(`${process.pid}\n`)
  return () => lock.release()
}

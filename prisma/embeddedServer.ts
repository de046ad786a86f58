import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { findPostgres, type PostgresPrograms } from './embeddedBinaries.ts'

/** A PostgreSQL server of ours that answers. */
export interface RunningServer {
  pid: number
  /** The folder of its data. */
  cluster: string
  /** The folder of its Unix socket, reachable by the server's account and root only. */
  socketDir: string
  /** Whether it was running already. */
  wasTakenOver: boolean
}

const superuser = 'diemcau'
/** The role that the running platform is: no superuser, and owner of nothing. */
export const platformRole = 'diemcau_platform'
/** Linux: sun_path has 108 bytes with its terminating zero. */
const maxSocketPathBytes = 107
const startTimeoutMs = 120_000
const stopTimeoutMs = 60_000
const orphanTimeoutMs = 20_000
/** Larger logs are set aside at the next start; one old one is kept. */
const maxLogBytes = 10 * 1024 * 1024

/** The address of a database on a server of ours; as its superuser, unless another role is named. */
export function socketUrl(socketDir: string, database: string, role: string = superuser): string {
  return `postgresql://${role}@/${database}?host=${encodeURIComponent(socketDir)}`
}

/**
 * Makes sure that a server runs on `folder/postgres`: makes the cluster when there is none, takes over a server that
 * outlived its parent, starts one else. The caller holds a lock on `folder`.
 * @param options.settings further settings as `name=value`
 * @param options.socketDir where a server that is started listens, when it has to be where another one did
 */
export async function ensureServer(
  folder: string,
  options: { settings?: string[]; socketDir?: string } = {},
): Promise<RunningServer> {
  await mkdir(folder, { recursive: true })
  const root = await realpath(folder)
  const cluster = path.join(root, 'postgres')
  const alive = await aliveServer(cluster)
  if (alive) {
    if (await answers(alive.socketDir, 15_000)) return { ...alive, cluster, wasTakenOver: true }
    await stopServer(cluster, alive.pid)
  }
  if (!existsSync(cluster)) await makeCluster(root, cluster)
  return launch(root, cluster, await findPostgres(cluster), options)
}

/** The server that runs on `folder/postgres`, whoever started it; null when none does. */
export async function findServer(folder: string): Promise<Omit<RunningServer, 'wasTakenOver'> | null> {
  const cluster = path.join(await realpath(folder), 'postgres')
  const alive = await aliveServer(cluster)
  return alive && { ...alive, cluster }
}

/** Whether a server's first process is still there. */
export async function isServerAlive(server: Pick<RunningServer, 'pid' | 'cluster'>): Promise<boolean> {
  return worksIn(server.pid, server.cluster)
}

/** Ends a server: its transactions are rolled back, its data written. Waits until it is gone. */
export async function stopServer(cluster: string, pid: number): Promise<void> {
  const socketDir = (await readPidFile(cluster))?.socketDir
  signal(pid, 'SIGINT') // fast shutdown
  if (!(await gone(cluster, pid, stopTimeoutMs))) {
    signal(pid, 'SIGQUIT') // at once; the next start replays the log
    if (!(await gone(cluster, pid, stopTimeoutMs))) throw new Error(`PostgreSQL (${pid}) does not end`)
  }
  if (socketDir && socketDir !== cluster) await rm(socketDir, { recursive: true, force: true })
}

async function makeCluster(root: string, cluster: string): Promise<void> {
  const draft = path.join(root, 'postgres.new')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const programs = await findPostgres(draft)
  const { command, args, ids } = programs.asUnprivileged(programs.initdb, [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    '--auth=trust', // only a socket in a folder that nobody else can enter
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=icu',
    '--icu-locale=vi',
    '--data-checksums',
    '--no-instructions',
  ])
  let output = ''
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, { ...ids, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`initdb failed (${code}) in ${draft}:\n${output.slice(-2000)}`)
  await rename(draft, cluster) // a half-made cluster is never taken for one
}

async function launch(
  root: string,
  cluster: string,
  programs: PostgresPrograms,
  options: { settings?: string[]; socketDir?: string },
): Promise<RunningServer> {
  await clearStalePidFile(cluster)
  const socketDir = options.socketDir ?? (await chooseSocketDir(cluster, programs.owner))
  const logPath = path.join(root, 'postgres.log')
  if (existsSync(logPath) && (await stat(logPath)).size > maxLogBytes) await rename(logPath, `${logPath}.1`)
  const logFile = await open(logPath, 'a', 0o600)
  const logStart = (await logFile.stat()).size
  const all = [
    ...['listen_addresses=', `unix_socket_directories=${socketDir}`, 'unix_socket_permissions=0700'],
    ...['timezone=UTC', 'log_timezone=UTC', 'log_checkpoints=off', 'max_connections=60'],
    ...(options.settings ?? []),
  ]
  const { command, args, ids } = programs.asUnprivileged(programs.postgres, [
    '-D',
    cluster,
    ...all.flatMap((setting) => ['-c', setting]),
  ])
  // Detached: a Ctrl+C in the terminal ends the platform, which then ends its database in order.
  const child = spawn(command, args, {
    ...ids,
    cwd: '/',
    detached: true,
    stdio: ['ignore', logFile.fd, logFile.fd],
  })
  const ended = new Promise<'ended'>((resolve) => {
    child.on('error', () => resolve('ended'))
    child.on('exit', () => resolve('ended'))
  })
  child.unref()
  await logFile.close()
  const outcome = await Promise.race([ended, answers(socketDir, startTimeoutMs)])
  if (outcome !== true || child.pid === undefined) {
    if (child.pid !== undefined) signal(child.pid, 'SIGQUIT')
    const log = (await readFile(logPath)).subarray(logStart).toString('utf8').slice(-2000)
    throw new Error(`PostgreSQL did not start on ${cluster} (DATA_DIR):\n${log}`)
  }
  return { pid: child.pid, cluster, socketDir, wasTakenOver: false }
}

/** In the cluster when its path is short enough, else a private folder under the system's temporary one. */
async function chooseSocketDir(cluster: string, owner: number | null): Promise<string> {
  if (Buffer.byteLength(path.join(cluster, '.s.PGSQL.5432')) <= maxSocketPathBytes) return cluster
  const dir = await mkdtemp(path.join(os.tmpdir(), 'diem-cau-'))
  if (owner !== null) await chown(dir, owner, owner)
  return dir
}

async function answers(socketDir: string, timeoutMs: number): Promise<boolean> {
  const giveUpAtMs = Date.now() + timeoutMs
  for (;;) {
    const client = new Client({
      connectionString: socketUrl(socketDir, 'postgres'),
      connectionTimeoutMillis: 5_000,
    })
    try {
      await client.connect()
      await client.query('SELECT 1')
      return true
    } catch {
      if (Date.now() > giveUpAtMs) return false // not up yet: replaying its log, or not listening
    } finally {
      await client.end().catch(() => undefined) // it never was connected
    }
    await delay(15)
  }
}

async function readPidFile(cluster: string): Promise<{ pid: number; socketDir: string } | null> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => null)
  const lines = text?.split('\n') ?? []
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 1 ? { pid, socketDir: lines[4] ?? '' } : null
}

/** The server that runs on a cluster; null when none does, whatever its pid file says. */
async function aliveServer(cluster: string): Promise<{ pid: number; socketDir: string } | null> {
  const found = await readPidFile(cluster)
  return found && (await worksIn(found.pid, cluster)) ? found : null
}

/** PostgreSQL's processes work in their cluster's folder. */
async function worksIn(pid: number, cluster: string): Promise<boolean> {
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster
}

/**
 * Makes a cluster that has no server ready for one. A killed server's children may live for a moment; and after a
 * reboot or in a new container its pid may be somebody else's. PostgreSQL would refuse to start in both cases.
 */
async function clearStalePidFile(cluster: string): Promise<void> {
  if (!(await readPidFile(cluster))) return
  const giveUpAtMs = Date.now() + orphanTimeoutMs
  while (await anyoneWorksIn(cluster)) {
    if (Date.now() > giveUpAtMs) return // PostgreSQL decides, and says why
    await delay(20)
  }
  await rm(path.join(cluster, 'postmaster.pid'), { force: true })
}

async function anyoneWorksIn(cluster: string): Promise<boolean> {
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await worksIn(Number(entry), cluster))) return true
  }
  return false
}

async function gone(cluster: string, pid: number, timeoutMs: number): Promise<boolean> {
  const giveUpAtMs = Date.now() + timeoutMs
  while (await worksIn(pid, cluster)) {
    if (Date.now() > giveUpAtMs) return false
    await delay(10)
  }
  return true
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

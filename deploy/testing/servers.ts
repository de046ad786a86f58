import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** A server of Debian's that a test started and stops. */
export interface TestServer {
  url: string
  port: number
  process: ChildProcess
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/** A database server that can go away and come back with its data. */
export interface TestPostgres extends TestServer {
  /** Ends it, as a power cut or an operator would; the data stays. */
  halt(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port, unless it runs. */
  resume(): Promise<void>
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Debian's redis-server on a free port, without persistence. */
export async function startRedis(fixedPort?: number): Promise<TestServer> {
  const port = fixedPort ?? (await freePort())
  const dir = mkdtempSync(join(tmpdir(), 'diem-cau-redis-'))
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  await untilListening(port, child)
  return { url: `redis://127.0.0.1:${port}`, port, process: child, stop: () => stopChild(child, dir) }
}

/** Debian's PostgreSQL on a free port; PostgreSQL refuses root, so root lends it the account `postgres`. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
  if (!bin || !existsSync(join(bin, 'initdb')))
    throw new Error("Debian's postgresql is not installed: apt-get install postgresql")
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'diem-cau-postgres-'))
  const owner = accountOf('postgres')
  if (owner) chownSync(dir, owner.uid, owner.gid)
  const options = { cwd: '/', ...owner }
  const init = ['-D', join(dir, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']
  const made = spawnSync(join(bin, 'initdb'), init, { encoding: 'utf8', ...options })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const run = [
    '-D',
    join(dir, 'data'),
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    dir,
    '-c',
    'max_connections=300',
  ]
  const launch = async () => {
    const started = spawn(join(bin, 'postgres'), run, { stdio: 'ignore', ...options })
    await untilListening(port, started)
    return started
  }
  let child = await launch()
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    port,
    get process() {
      return child
    },
    stop: () => stopChild(child, dir, 'SIGINT'),
    halt: (signal = 'SIGINT') => endChild(child, signal),
    async resume() {
      if (child.exitCode !== null || child.signalCode !== null) child = await launch()
    },
  }
}

/**
 * A database of its own on such a server, as the production guide says: an owner who is no superuser, and for the
 * platform a role that has no right yet.
 */
export async function newRoles(server: TestPostgres): Promise<{ ownerUrl: string; url: string }> {
  const admin = await connected(server.url)
  await admin.query('CREATE ROLE diem_cau_owner LOGIN')
  await admin.query('CREATE ROLE diem_cau LOGIN')
  await admin.query('CREATE DATABASE diem_cau OWNER diem_cau_owner')
  await admin.end()
  const urlOf = (role: string) => `postgresql://${role}@127.0.0.1:${server.port}/diem_cau`
  return { ownerUrl: urlOf('diem_cau_owner'), url: urlOf('diem_cau') }
}

/** A server takes connections a moment before it answers them. */
async function connected(connectionString: string): Promise<Client> {
  const deadlineMs = Date.now() + 20_000
  for (;;) {
    const client = new Client({ connectionString })
    try {
      await client.connect()
      return client
    } catch (error) {
      if (Date.now() > deadlineMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** The account to run as when this process is root; null when it is not. */
function accountOf(name: string): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const [uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .match(new RegExp(`^${name}:[^:]*:(\\d+):(\\d+)`, 'm'))
      ?.slice(1) ?? []
  if (uid === undefined || gid === undefined) throw new Error(`There is no account ${name}`)
  return { uid: Number(uid), gid: Number(gid) }
}

/** Waits until a server of ours takes connections; fails when it ended before. */
export async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + 20_000
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`The server ended at once with code ${child.exitCode}`)
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => (socket.destroy(), resolve(true)))
      socket.once('error', () => resolve(false))
    })
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Nothing listens on port ${port}`)
}

async function stopChild(
  child: ChildProcess,
  dir: string,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  await endChild(child, signal)
  rmSync(dir, { recursive: true, force: true })
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill(signal)
  const hard = setTimeout(() => child.kill('SIGKILL'), 8000)
  await ended
  clearTimeout(hard)
}

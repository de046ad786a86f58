import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux: sun_path has 108 bytes with its terminating zero. */
const maxSocketPathBytes = 107
/** A folder younger than this may be of a process that has not opened its sockets yet. */
const minStaleAgeMs = 60_000
const sockets = ['bus.sock', 'pages.sock'] as const

/** Where a process of the platform has its socket files; only its account may enter. */
export interface RunFolder {
  bus: string
  pages: string
  /** Removes it. Idempotent. */
  close(): Promise<void>
}

/**
 * Makes the folder of this process's sockets in `DATA_DIR/run`, or, where their paths would be too long for the system,
 * in its folder for temporary files. Processes that share a DATA_DIR have one each; what a killed one left is removed.
 */
export async function openRunFolder(dataDir: string): Promise<RunFolder> {
  const parent = join(dataDir, 'run')
  // What a socket leads to is on one machine, but the folder may be shared by several: each keeps to its own name.
  const prefix = `${hostname()}-`
  const longest = join(parent, `${prefix}XXXXXX`, 'pages.sock')
  const fits = Buffer.byteLength(longest) <= maxSocketPathBytes
  if (fits) {
    await mkdir(parent, { recursive: true, mode: 0o700 })
    await removeStale(parent, prefix)
  }
  const folder = await mkdtemp(fits ? join(parent, prefix) : join(tmpdir(), 'diem-cau-')) // mode 0700
  return {
    bus: join(folder, sockets[0]),
    pages: join(folder, sockets[1]),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

async function removeStale(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue
    const folder = join(parent, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() })) // its owner has just removed it
    if (Date.now() - mtimeMs < minStaleAgeMs) continue
    const answers = await Promise.all(sockets.map((socket) => isAnswered(join(folder, socket))))
    if (!answers.includes(true)) await rm(folder, { recursive: true, force: true })
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

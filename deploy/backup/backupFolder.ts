import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

/** Whether the database lies there as PostgreSQL's own files, or as what `pg_dump` wrote. */
export const DatabaseKind = z.enum(['cluster', 'dump'])
export type DatabaseKind = z.infer<typeof DatabaseKind>

/** A path below the folder; none leads out of it. */
const Below = z
  .string()
  .refine((path) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..'))

const Contents = z.object({
  format: z.literal(1),
  madeAtMs: z.number(),
  database: DatabaseKind,
  /** Some of them empty, as PostgreSQL wants them. */
  folders: z.array(Below),
  files: z.record(Below, z.object({ sizeBytes: z.number(), sha256: z.string() })),
})
/** What a backup has in it, path by path. */
export type Contents = z.infer<typeof Contents>

/** Lists itself last: a folder without it is no backup. */
const contentsName = 'backup.json'
/** Below a backup: where the database is, by its kind, and what else is in DATA_DIR. */
export const placeOf = { cluster: 'postgres', dump: 'database.dump', rest: 'data' } as const

/** Writes down what is in the folder, which makes it a backup. */
export async function sealBackup(
  folder: string,
  database: DatabaseKind,
  madeAtMs: number,
): Promise<Contents> {
  const contents: Contents = { format: 1, madeAtMs, database, folders: [], files: {} }
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1)
    if (entry.isDirectory()) contents.folders.push(path)
    else contents.files[path] = await fingerprintOf(join(folder, path))
  }
  contents.folders.sort()
  await writeFile(join(folder, contentsName), `${JSON.stringify(contents, null, 1)}\n`, {
    mode: 0o600,
    flush: true,
  })
  return contents
}

/**
 * What a backup has in it, every byte of it read and found to be what was written then.
 * @throws Error naming what is missing or has changed
 */
export async function checkBackup(folder: string): Promise<Contents> {
  const text = await readFile(join(folder, contentsName), 'utf8').catch((cause: unknown) => {
    throw new Error(`${folder} is no backup, or one that was not finished: it has no ${contentsName}`, {
      cause,
    })
  })
  const contents = Contents.parse(JSON.parse(text))
  for (const [path, { sizeBytes, sha256 }] of Object.entries(contents.files)) {
    const found = await fingerprintOf(join(folder, path)).catch((cause: unknown) => {
      throw new Error(`${path} is missing from the backup, or cannot be read`, { cause })
    })
    if (found.sizeBytes !== sizeBytes || found.sha256 !== sha256) {
      throw new Error(`${path} in the backup is not what was written then: it is damaged, or was changed`)
    }
  }
  return contents
}

async function fingerprintOf(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { sizeBytes: (await stat(path)).size, sha256: hash.digest('hex') }
}

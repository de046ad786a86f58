import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cacheDir } from './paths.ts'

/** Writes a file whole or not at all, making its folder when needed. */
export function writeFileAtomically(file: string, content: string | Uint8Array, mode?: number): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, content, mode === undefined ? {} : { mode })
  renameSync(temporary, file)
}

/** The file's text, or undefined when there is no such file. */
export function readTextIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whether step `name` was last finished with this value. Stamps are written last, so a killed step is done again. */
export function hasStamp(name: string, value: string): boolean {
  return readTextIfPresent(stampFile(name))?.trim() === value
}

/** Records that step `name` is finished for `value`, a hash of all it depends on. */
export function writeStamp(name: string, value: string): void {
  writeFileAtomically(stampFile(name), `${value}\n`)
}

function stampFile(name: string): string {
  return path.join(cacheDir, 'stamps', name)
}

/**
 * SHA-256 (hex) over the names and contents of files and of whole folders, independent of where `baseDir` is and of
 * the order given. What is absent counts as absent. `isIncluded` sees paths relative to `baseDir`, folders too.
 */
export function hashFiles(
  baseDir: string,
  roots: string[],
  isIncluded: (relativePath: string) => boolean = () => true,
): string {
  const hash = createHash('sha256')
  for (const file of listFiles(baseDir, roots, isIncluded).sort()) {
    const content = readFileSync(path.join(baseDir, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function listFiles(
  baseDir: string,
  roots: string[],
  isIncluded: (relativePath: string) => boolean,
): string[] {
  return roots.flatMap((root) => {
    if (!isIncluded(root)) return []
    const stats = statSync(path.join(baseDir, root), { throwIfNoEntry: false })
    if (stats?.isFile()) return [root]
    if (!stats?.isDirectory()) return []
    const children = readdirSync(path.join(baseDir, root)).map((name) => `${root}/${name}`)
    return listFiles(baseDir, children, isIncluded)
  })
}

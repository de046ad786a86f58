import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * The files outside of web/ that the pages import, directly or through each other, relative to `repoDir` and sorted:
 * shared rules, and what the pages' server side calls. Specifiers are resolved by package.json's `imports`.
 */
export function listImportedFiles(repoDir: string): string[] {
  const { imports }: { imports: Record<string, string> } = JSON.parse(
    readFileSync(path.join(repoDir, 'package.json'), 'utf8'),
  )
  const waiting = listWebFiles(repoDir)
  const seen = new Set(waiting)
  const outside: string[] = []
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (!file.startsWith('web/')) outside.push(file)
    for (const specifier of readSpecifiers(readFileSync(path.join(repoDir, file), 'utf8'))) {
      const imported = resolveSpecifier(specifier, file, imports)
      if (imported === undefined || seen.has(imported) || imported.startsWith('web/')) continue
      seen.add(imported)
      if (statSync(path.join(repoDir, imported), { throwIfNoEntry: false })?.isFile()) waiting.push(imported)
    }
  }
  return outside.sort()
}

/** Whether a path, relative to the repository, can change what is built. */
export function isWebSource(relativePath: string): boolean {
  return !/^web\/(build|\.svelte-kit|node_modules)$/.test(relativePath) && !relativePath.endsWith('.test.ts')
}

/** All that a module imports or exports from, also dynamically. Takes what looks so in a comment, too. */
export function readSpecifiers(source: string): string[] {
  return [...source.matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)].map((match) => match[2] ?? '')
}

/** The file meant, relative to the repository; undefined for a package's. */
export function resolveSpecifier(
  specifier: string,
  importer: string,
  imports: Record<string, string>,
): string | undefined {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(importer), specifier)
  for (const [pattern, target] of Object.entries(imports)) {
    const prefix = pattern.replace(/\*$/, '')
    if (specifier.startsWith(prefix)) {
      return path.posix.normalize(target.replace('*', specifier.slice(prefix.length)))
    }
  }
  return undefined
}

function listWebFiles(repoDir: string, folder = 'web'): string[] {
  if (!existsSync(path.join(repoDir, folder))) return []
  return readdirSync(path.join(repoDir, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (!isWebSource(file)) return []
    if (entry.isDirectory()) return listWebFiles(repoDir, file)
    return /\.([cm]?[jt]s|svelte)$/.test(entry.name) ? [file] : []
  })
}

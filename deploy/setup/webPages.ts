import { existsSync } from 'node:fs'
import path from 'node:path'
import { repoDir } from './paths.ts'
import type { Progress } from './progress.ts'
import { runCommand } from './runCommand.ts'
import { SetupError } from './setupError.ts'
import { hashFiles, hasStamp, writeStamp } from './stamps.ts'
import { isWebSource, listImportedFiles } from './webSources.ts'

const stampName = 'web-pages'
const webDir = path.join(repoDir, 'web')

/** The file that is there once the pages were built; none as long as there are no pages to build. */
export function listWebOutputs(): string[] {
  return existsSync(path.join(webDir, 'vite.config.ts')) ? [path.join(webDir, 'build/handler.js')] : []
}

/** Whether the built pages are of other sources. */
export function areWebPagesStale(): boolean {
  const outputs = listWebOutputs()
  if (outputs.length === 0) return false
  return !outputs.every((file) => existsSync(file)) || !hasStamp(stampName, hashSources())
}

/** Builds the pages into web/build. */
export async function buildWebPages(progress: Progress): Promise<void> {
  const hash = hashSources()
  const script = path.join(repoDir, 'node_modules/vite/bin/vite.js')
  const result = await runCommand(process.execPath, [script, 'build', 'web'], {
    log: 'vite-build',
    cwd: repoDir,
    env: { NODE_ENV: 'production', NO_COLOR: '1' },
    timeoutMs: 15 * 60_000,
    holdsLock: true,
    onLine: (line) => {
      const phase = /building (?:\w+ )*(client|server|ssr)\b/i.exec(line)?.[1]
      if (phase !== undefined) progress.update(phase === 'client' ? 'for the browser' : 'for the server')
    },
  })
  if (result.code !== 0) {
    throw new SetupError(
      `The web pages could not be built.\n${result.tail}\n(whole log: ${result.logFile})`,
      'Correct the sources in web/ and start again.',
    )
  }
  writeStamp(stampName, hash)
}

function hashSources(): string {
  return hashFiles(repoDir, ['package-lock.json', 'web', ...listImportedFiles(repoDir)], isWebSource)
}

import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { cacheDir, findSharedCacheDir, repoDir } from './paths.ts'
import { assertPinnedSources } from './pinnedSources.ts'
import type { Progress } from './progress.ts'
import { SetupError } from './setupError.ts'
import { hashFiles } from './stamps.ts'
import { buildWorker, removeWorkerBuild } from './workerBuild.ts'
import { canStartWorker, proveWorker } from './workerProof.ts'

const mediasoupDir = path.join(repoDir, 'node_modules/mediasoup')

/**
 * A worker that is already here and starts: the one named in MEDIASOUP_WORKER_BIN, else one of this checkout, else
 * one that another clone of this user left in the shared cache (copied here). Undefined when there is none.
 */
export function findWorker(env: NodeJS.ProcessEnv): string | undefined {
  const named = env.MEDIASOUP_WORKER_BIN
  if (named !== undefined && named !== '') {
    if (canStartWorker(named)) return path.resolve(named)
    throw new SetupError(
      `MEDIASOUP_WORKER_BIN names ${named}, which is absent or does not start on this machine.`,
      'Correct it, or unset it to let set-up provide a media worker.',
    )
  }
  const key = builtKey()
  if (canStartWorker(localFile(key))) return localFile(key)
  const shared = sharedFile(key, env)
  if (shared === undefined || !canStartWorker(shared)) return undefined
  copyAtomically(shared, localFile(key))
  return localFile(key)
}

/**
 * Builds the worker from the sources in mediasoup's npm package (workerBuildPackages are installed), proves it and
 * caches it. The official prebuilt one is not used: it lies on a host that a cut-off city cannot reach, and lacks
 * what is mended (`workerSources.ts`). mediasoup's own postinstall starts a build that needs the internet.
 */
export async function buildAndKeepWorker(env: NodeJS.ProcessEnv, progress: Progress): Promise<string> {
  const key = builtKey()
  assertPinnedSources(mediasoupDir)
  const file = await buildWorker(mediasoupDir, key, progress)
  progress.update('trying it')
  await keepWorker(file, key, env)
  removeWorkerBuild(key)
  return localFile(key)
}

async function keepWorker(file: string, key: string, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await proveWorker(file)
  } catch (cause) {
    throw new SetupError(
      `The media worker ${file} starts, but does not work: ${cause instanceof Error ? cause.message : cause}`,
      `rm -rf ${path.join(cacheDir, 'build')} and start again; name a working one in MEDIASOUP_WORKER_BIN if it stays so.`,
      { cause },
    )
  }
  copyAtomically(file, localFile(key))
  const shared = sharedFile(key, env)
  if (shared !== undefined) {
    try {
      copyAtomically(file, shared)
    } catch (error) {
      // A home folder that cannot be written to only costs the next clone its build.
      console.error(`The media worker could not be kept for other clones: ${error}`)
    }
  }
}

/** Changes with the version, the machine's kind and everything that the build is made from. */
function builtKey(): string {
  const recipe = hashFiles(import.meta.dirname, ['mediasoupWorker', 'workerSources.ts'])
  return `${readPackage().version}-${process.platform}-${process.arch}-${recipe.slice(0, 12)}`
}

function readPackage(): { version: string } {
  return JSON.parse(readFileSync(path.join(mediasoupDir, 'package.json'), 'utf8'))
}

function localFile(key: string): string {
  return path.join(cacheDir, 'mediasoup-worker', key, 'mediasoup-worker')
}

function sharedFile(key: string, env: NodeJS.ProcessEnv): string | undefined {
  const sharedDir = findSharedCacheDir(env)
  return sharedDir === undefined
    ? undefined
    : path.join(sharedDir, 'mediasoup-worker', key, 'mediasoup-worker')
}

function copyAtomically(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true })
  const temporary = `${to}.${process.pid}.tmp`
  copyFileSync(from, temporary)
  chmodSync(temporary, 0o755)
  renameSync(temporary, to)
}

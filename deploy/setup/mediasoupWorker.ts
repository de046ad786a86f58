import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { release } from 'node:os'
import path from 'node:path'
import { cacheDir, findSharedCacheDir, repoDir } from './paths.ts'
import type { Progress } from './progress.ts'
import { runCommand } from './runCommand.ts'
import { SetupError } from './setupError.ts'
import { hashFiles, writeFileAtomically } from './stamps.ts'
import { buildWorker, removeWorkerBuild } from './workerBuild.ts'
import { canStartWorker, proveWorker } from './workerProof.ts'

const mediasoupDir = path.join(repoDir, 'node_modules/mediasoup')
const downloadTimeoutMs = 60_000
const connectTimeoutMs = 8_000

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
  const keys = [officialKey(), builtKey()]
  for (const key of keys) {
    if (canStartWorker(localFile(key))) return localFile(key)
  }
  for (const key of keys) {
    const shared = sharedFile(key, env)
    if (shared === undefined || !canStartWorker(shared)) continue
    copyAtomically(shared, localFile(key))
    return localFile(key)
  }
  return undefined
}

/**
 * The official prebuilt worker of this mediasoup version, downloaded and proved; undefined when it is not to be had
 * within a minute. (mediasoup's own postinstall is not used: where it fails, it starts a build that needs the
 * internet.)
 */
export async function downloadWorker(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { version, repository } = readPackage()
  const base =
    env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ||
    `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`
  const url = `${base}/${version}/${formatPrebuiltName(version, process, release())}`
  const key = officialKey()
  mkdirSync(path.join(cacheDir, 'build'), { recursive: true })
  const folder = mkdtempSync(path.join(cacheDir, 'build/download-'))
  try {
    const archive = await fetchWithin(url)
    if (archive === undefined) return undefined
    const archiveFile = path.join(folder, 'worker.tgz')
    writeFileAtomically(archiveFile, archive)
    const untar = await runCommand('tar', ['-xzf', archiveFile, '-C', folder], {
      log: 'mediasoup-worker-tar',
    })
    const file = path.join(folder, 'mediasoup-worker')
    if (untar.code !== 0) return undefined
    chmodSync(file, 0o755)
    if (!canStartWorker(file)) return undefined
    return await keepWorker(file, key, env)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds the worker from source (workerBuildPackages are installed), proves it and caches it. */
export async function buildAndKeepWorker(env: NodeJS.ProcessEnv, progress: Progress): Promise<string> {
  const key = builtKey()
  const file = await buildWorker(mediasoupDir, key, progress)
  progress.update('trying it')
  const kept = await keepWorker(file, key, env)
  removeWorkerBuild(key)
  return kept
}

async function keepWorker(file: string, key: string, env: NodeJS.ProcessEnv): Promise<string> {
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
  return localFile(key)
}

/** The file's name in mediasoup's releases: it goes by the major version of the kernel. */
export function formatPrebuiltName(
  version: string,
  machine: { platform: string; arch: string },
  kernelRelease: string,
): string {
  const kernel = machine.platform === 'linux' ? `-kernel${Number.parseInt(kernelRelease, 10)}` : ''
  return `mediasoup-worker-${version}-${machine.platform}-${machine.arch}${kernel}.tgz`
}

async function fetchWithin(url: string): Promise<Uint8Array | undefined> {
  const controller = new AbortController()
  let timer = setTimeout(() => controller.abort(), connectTimeoutMs)
  try {
    const response = await fetch(url, { signal: controller.signal })
    if (!response.ok) return undefined
    clearTimeout(timer)
    timer = setTimeout(() => controller.abort(), downloadTimeoutMs)
    return new Uint8Array(await response.arrayBuffer())
  } catch {
    // Cut off from that host, or too slow: the caller builds it instead, and says so.
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function officialKey(): string {
  return `${readPackage().version}-${process.platform}-${process.arch}-official`
}

/** Changes with the version, the machine's kind and everything that the build is made from. */
function builtKey(): string {
  const recipe = hashFiles(import.meta.dirname, ['mediasoupWorker', 'workerSources.ts'])
  return `${readPackage().version}-${process.platform}-${process.arch}-${recipe.slice(0, 12)}`
}

function readPackage(): { version: string; repository: { url: string } } {
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

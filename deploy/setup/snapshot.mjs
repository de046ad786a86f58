// Plain JavaScript: runs on the system's Node.js 20 before anything is installed.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

/** All that set-up's result can depend on, and rather too much: set-up then looks closer, at what was imported. */
const watchedRoots = [
  'package.json',
  'package-lock.json',
  'prisma.config.ts',
  'deploy/run.mjs',
  'deploy/setup',
  'prisma',
  'recorder',
  'sfu',
  'signalling',
  'web',
]
const unwatched = new Set(['prisma/generated', 'web/build', 'web/.svelte-kit', 'web/node_modules'])
const watchedSettings = ['MEDIASOUP_WORKER_BIN']

/**
 * A hash over names, times and sizes of the files that set-up depends on, in some milliseconds. When it is the same
 * as after the last set-up there is nothing to do; when not, set-up itself compares contents.
 * @param {string} repoDir
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function takeSnapshot(repoDir, env) {
  const hash = createHash('sha256')
  for (const name of watchedSettings) hash.update(`${name}=${env[name] ?? ''}\n`)
  /** @param {string} relativePath */
  const visit = (relativePath) => {
    if (unwatched.has(relativePath) || relativePath.endsWith('.test.ts')) return
    const file = path.join(repoDir, relativePath)
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats === undefined) return
    if (stats.isDirectory()) {
      for (const name of readdirSync(file).sort()) visit(`${relativePath}/${name}`)
    } else {
      hash.update(`${relativePath}\0${stats.mtimeMs}\0${stats.size}\n`)
    }
  }
  watchedRoots.forEach(visit)
  return hash.digest('hex')
}

/**
 * Whether the last set-up was finished with this snapshot, with the tests' tools if they are wanted, and all that it
 * made or found is still there.
 * @param {string} repoDir
 * @param {string} snapshot
 * @param {boolean} withTests
 */
export function isSetUp(repoDir, snapshot, withTests) {
  const file = stateFile(repoDir)
  if (!existsSync(file)) return false
  const state = JSON.parse(readFileSync(file, 'utf8'))
  if (state.snapshot !== snapshot || (withTests && !state.withTests)) return false
  const outputs = readOutputs(repoDir)
  return outputs !== undefined && outputs.every((output) => existsSync(path.resolve(repoDir, output)))
}

/**
 * Records a finished set-up. `snapshot` was taken before it began, so that what changed meanwhile is seen next time.
 * @param {string} repoDir
 * @param {string} snapshot
 * @param {boolean} withTests
 */
export function recordSetUp(repoDir, snapshot, withTests) {
  const file = stateFile(repoDir)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}.tmp`, `${JSON.stringify({ snapshot, withTests })}\n`)
  renameSync(`${file}.${process.pid}.tmp`, file)
}

/**
 * The files that set-up left behind or relies on, as setup.ts listed them.
 * @param {string} repoDir
 * @returns {string[] | undefined}
 */
function readOutputs(repoDir) {
  const file = path.join(repoDir, '.cache/stamps/outputs.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** @param {string} repoDir */
function stateFile(repoDir) {
  return path.join(repoDir, '.cache/stamps/set-up.json')
}

// Plain JavaScript: runs on the system's Node.js 20 before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, devOptional?: boolean, link?: boolean,
 *   os?: string[], cpu?: string[] }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} LockFile
 */

/**
 * Whether node_modules holds what package-lock.json asks for. Cheap: compares one small file. What a person installed
 * with npm directly is recognised by npm's own record, and taken over.
 * @param {string} repoDir
 * @param {boolean} withDev whether what only development and tests need must be there
 */
export function isInstalled(repoDir, withDev) {
  const hash = hashRequest(repoDir)
  const stamp = readIfPresent(stampFile(repoDir))?.trim()
  if (stamp === `${hash} all` || (!withDev && stamp === `${hash} production`)) return true
  const record = readIfPresent(recordFile(repoDir))
  if (record === undefined) return false
  const lock = JSON.parse(readFileSync(path.join(repoDir, 'package-lock.json'), 'utf8'))
  const installed = JSON.parse(record)
  for (const scope of ['all', 'production']) {
    if (scope === 'production' && withDev) return false
    if (listMissing(lock, installed, { withDev: scope === 'all', machine: process }).length === 0) {
      writeStamp(repoDir, scope)
      return true
    }
  }
  return false
}

/**
 * The packages of the lock file that an installation lacks or has in another version. Those of other machines, and
 * optional ones, which npm leaves out where they cannot be had, may be absent.
 * @param {LockFile} lock package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 * @param {{ withDev: boolean, machine: { platform: string, arch: string } }} options
 * @returns {string[]}
 */
export function listMissing(lock, installed, { withDev, machine }) {
  return Object.entries(lock.packages ?? {})
    .filter(([location, wanted]) => {
      if (location === '' || wanted.link) return false
      const present = installed.packages?.[location]
      if (present !== undefined) return present.version !== wanted.version
      if (wanted.optional) return false
      if (!withDev && (wanted.dev || wanted.devOptional)) return false
      return isForMachine(wanted.os, machine.platform) && isForMachine(wanted.cpu, machine.arch)
    })
    .map(([location]) => location)
}

/** @param {string[] | undefined} names @param {string} name */
function isForMachine(names, name) {
  return names === undefined || names.includes(name)
}

/**
 * Runs `npm ci`, without install scripts (see .npmrc) and, unless `withDev`, without the tests' tools; records what is installed. Resolves to undefined, or to
 * what went wrong.
 * @param {string} repoDir
 * @param {{ withDev: boolean, lockFd: number, report: (line: string) => void, track: (child: import('node:child_process').ChildProcess) => void }} options
 *   the child holds the lock's descriptor as well, so that it keeps others out even when its parent is killed
 * @returns {Promise<string | undefined>}
 */
export async function installNodeModules(repoDir, { withDev, lockFd, report, track }) {
  // Where the tests' tools were they stay: who tests here starts here too.
  const takesDev = withDev || readIfPresent(stampFile(repoDir))?.trim().endsWith(' all') === true
  // npm removes the old packages in no particular order: killed meanwhile, these would speak for what is gone.
  for (const file of [stampFile(repoDir), recordFile(repoDir)]) rmSync(file, { force: true })
  const startedAtMs = Date.now()
  const label = '[1/6] Installing the npm packages'
  report(`${label} …`)
  const logFile = path.join(repoDir, '.cache/logs/npm-ci.log')
  mkdirSync(path.dirname(logFile), { recursive: true })
  const log = createWriteStream(logFile)
  // Under `npm start` the same npm is used again; its file is run by the Node.js that runs this.
  const npmFile = process.env.npm_execpath
  const isNpm =
    npmFile !== undefined && /^npm(-cli)?\.[cm]?js$/.test(path.basename(npmFile)) && existsSync(npmFile)
  const scope = takesDev ? '--include=dev' : '--omit=dev'
  const args = ['ci', scope, '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  const child = spawn(isNpm ? process.execPath : 'npm', isNpm ? [npmFile, ...args] : args, {
    cwd: repoDir,
    stdio: ['ignore', 'pipe', 'pipe', lockFd],
  })
  track(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
      log.write(chunk)
    })
  }
  const ticker = setInterval(
    () => report(`${label} … ${Math.round((Date.now() - startedAtMs) / 1000)} s`),
    15_000,
  )
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(null)
    })
    child.once('close', resolve)
  })
  clearInterval(ticker)
  log.end()
  if (code !== 0) return `npm ci failed.\n${summariseNpmErrors(output)}\n(whole log: ${logFile})`
  writeStamp(repoDir, takesDev ? 'all' : 'production')
  report(`${label}: installed (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`)
  return undefined
}

/**
 * The first lines in which npm says what is wrong, without its warnings, its own insides and its list of options.
 * @param {string} output
 */
export function summariseNpmErrors(output) {
  const lines = output.split('\n').map((line) => line.trim())
  const errors = lines.filter(
    (line) => /^npm (error|ERR!)/.test(line) && !/^npm (error|ERR!)(\s+at .*|\s+\}|)$/.test(line),
  )
  const usage = errors.findIndex((line) => line.endsWith('Clean install a project'))
  return (
    errors.length === 0 ? lines.slice(-12) : errors.slice(0, usage < 0 ? 12 : Math.min(usage, 12))
  ).join('\n')
}

/**
 * What is to be installed: the lock file, and package.json's lists, which `npm ci` compares with it. Its scripts may
 * change without an installation.
 * @param {string} repoDir
 */
function hashRequest(repoDir) {
  const lock = readFileSync(path.join(repoDir, 'package-lock.json'))
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(path.join(repoDir, 'package.json'), 'utf8'),
  )
  return createHash('sha256')
    .update(lock)
    .update(JSON.stringify([dependencies, devDependencies, optionalDependencies]))
    .digest('hex')
}

/** @param {string} repoDir @param {string} scope */
function writeStamp(repoDir, scope) {
  const temporary = `${stampFile(repoDir)}.${process.pid}.tmp`
  writeFileSync(temporary, `${hashRequest(repoDir)} ${scope}\n`)
  renameSync(temporary, stampFile(repoDir))
}

/** @param {string} repoDir */
function stampFile(repoDir) {
  return path.join(repoDir, 'node_modules/.diem-cau-stamp')
}

/**
 * npm's own record of what it installed.
 * @param {string} repoDir
 */
function recordFile(repoDir) {
  return path.join(repoDir, 'node_modules/.package-lock.json')
}

/** @param {string} file */
function readIfPresent(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

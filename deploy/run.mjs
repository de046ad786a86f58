// `node deploy/run.mjs [--tests] [script.ts arguments…]`: does the set-up that is missing, then runs the script on
// Node.js 24. Plain JavaScript for the system's Node.js (20 or newer); with nothing to do it costs some 50 ms.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { installNodeModules, isInstalled } from './setup/nodeModules.mjs'
import { isSetUp, recordSetUp, takeSnapshot } from './setup/snapshot.mjs'

const repoDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const binDir = path.join(repoDir, 'node_modules/.bin')
const neededNodeMajor = 24

/** @type {import('node:child_process').ChildProcess | undefined} */
let activeChild

process.exitCode = await main(process.argv.slice(2))

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
async function main(args) {
  const withTests = args[0] === '--tests'
  const [script, ...scriptArgs] = withTests ? args.slice(1) : args
  forwardSignals()
  if (!isReady(withTests)) {
    const code = await setUpUnderLock(withTests)
    if (code !== 0) return code
  }
  if (script === undefined) {
    report('Set-up is complete.')
    return 0
  }
  const node = findNode()
  if (node === undefined) return explainMissingNode()
  return runToEnd(spawn(node, [script, ...scriptArgs], { stdio: 'inherit', env: envFor(node) }))
}

/** @param {boolean} withTests */
function isReady(withTests) {
  return isInstalled(repoDir, withTests) && isSetUp(repoDir, takeSnapshot(repoDir, process.env), withTests)
}

/**
 * One set-up at a time in a checkout: the kernel lets go of the lock when the last process that holds the descriptor
 * closes it or ends, however it ends. It is not held while the script runs.
 * @param {boolean} withTests
 * @returns {Promise<number>}
 */
async function setUpUnderLock(withTests) {
  mkdirSync(path.join(repoDir, '.cache'), { recursive: true })
  const lockFd = openSync(path.join(repoDir, '.cache/setup.lock'), 'a')
  try {
    return await setUp(withTests, lockFd)
  } finally {
    closeSync(lockFd)
  }
}

/**
 * @param {boolean} withTests
 * @param {number} lockFd
 * @returns {Promise<number>}
 */
async function setUp(withTests, lockFd) {
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', 'ignore', 'ignore', lockFd]
  const attempt = spawnSync('flock', ['--nonblock', '3'], { stdio })
  if (attempt.error !== undefined) {
    report('There is no flock (Debian: util-linux), so nothing keeps two set-ups in this folder apart.')
  } else if (attempt.status !== 0) {
    report('Another set-up is at work in this folder; waiting for it …')
    const code = await runToEnd(spawn('flock', ['3'], { stdio }))
    if (code !== 0) return code
    if (isReady(withTests)) return 0
  }

  const snapshot = takeSnapshot(repoDir, process.env)
  if (!isInstalled(repoDir, withTests)) {
    const failure = await installNodeModules(repoDir, {
      withDev: withTests,
      lockFd,
      report,
      track: (child) => (activeChild = child),
    })
    activeChild = undefined
    if (failure !== undefined) {
      return stop(
        failure,
        'Make sure that the npm registry is in reach (npm ping; in a closed network name your mirror: npm config set ' +
          'registry …), and that package.json and package-lock.json agree (npm install), then start again.',
      )
    }
  }
  const node = findNode()
  if (node === undefined) return explainMissingNode()
  const child = spawn(node, ['deploy/setup/setup.ts', ...(withTests ? ['--tests'] : [])], {
    cwd: repoDir,
    stdio: ['inherit', 'inherit', 'inherit', lockFd],
    env: { ...envFor(node), DIEM_CAU_SETUP_LOCK_FD: '3' },
  })
  const code = await runToEnd(child)
  if (code === 0) recordSetUp(repoDir, snapshot, withTests)
  return code
}

/** The Node.js to run everything on: this one when it is new enough, else the one from npm. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= neededNodeMajor && existsSync(process.execPath)) {
    return process.execPath
  }
  const bundled = path.join(binDir, 'node')
  return existsSync(bundled) ? realpathSync(bundled) : undefined
}

function explainMissingNode() {
  return stop(
    `Node.js ${neededNodeMajor} is needed, this is ${process.version}, and npm has none for ${process.platform} on ${process.arch}.`,
    `Install Node.js ${neededNodeMajor} or newer and start again.`,
  )
}

/** @param {string} node */
function envFor(node) {
  return {
    ...process.env,
    PATH: [path.dirname(node), binDir, process.env.PATH].filter(Boolean).join(path.delimiter),
  }
}

/**
 * Resolves to the child's exit code; ends this process by the same signal when one ended the child.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function runToEnd(child) {
  activeChild = child
  return new Promise((resolve) => {
    child.once('error', (error) => {
      activeChild = undefined
      resolve(
        stop(
          `${child.spawnfile} could not be started: ${error.message}`,
          'Start again after correcting that.',
        ),
      )
    })
    child.once('exit', (code, signal) => {
      activeChild = undefined
      if (signal === null) return resolve(code ?? 1)
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
      // Only for signals that Node.js survives, such as SIGUSR1.
      setTimeout(() => resolve(1), 1_000)
    })
  })
}

/** Passes the signals that end a service on to the child, which decides when to end. */
function forwardSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (activeChild === undefined) {
        process.removeAllListeners(signal)
        process.kill(process.pid, signal)
        return
      }
      // Ctrl-C reaches the child from the terminal already; a second SIGINT would mean "at once" to it.
      const isFromTerminal = signal === 'SIGINT' && process.stdin.isTTY
      if (!isFromTerminal) activeChild.kill(signal)
    })
  }
}

/** @param {string} line */
function report(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * @param {string} problem
 * @param {string} remedy
 */
function stop(problem, remedy) {
  report(`\nSet-up stopped. ${problem}\n\nTo mend it:\n  ${remedy}\n`)
  return 1
}

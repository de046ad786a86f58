import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { cacheDir } from './paths.ts'

/** How to run a command; all but the log's name may be left out. */
export interface CommandOptions {
  /** The log file's name in .cache/logs, without extension. */
  log: string
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** Called with each line of stdout and stderr. */
  onLine?: (line: string) => void
  /** After this the command is killed and counts as failed. */
  timeoutMs?: number
  /** Kills it too, when aborted. */
  signal?: AbortSignal
  /**
   * Lets the command (and what it starts) hold the set-up lock, so that it keeps others out even when set-up itself
   * was killed. Not for what leaves daemons behind, such as apt.
   */
  holdsLock?: boolean
  /** Reads lines from the command's descriptor 3 as well. Not together with holdsLock. */
  hasStatusOutput?: boolean
  /** Whether the end of set-up by a signal also ends the command. Default true. */
  endsWithSetup?: boolean
}

/** How a command ended: exit code (null when killed or not found) and the last lines that it wrote. */
export interface CommandResult {
  code: number | null
  tail: string
  logFile: string
}

const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.kill(process.pid, signal)
  })
}

/** Runs a command to its end, its output going to a log file. Does not throw when it fails: look at `code`. */
export async function runCommand(
  command: string,
  args: string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const logDir = path.join(cacheDir, 'logs')
  mkdirSync(logDir, { recursive: true })
  const logFile = path.join(logDir, `${options.log}.log`)
  const log = createWriteStream(logFile)
  const tail: string[] = []
  const lockFd = Number(process.env.DIEM_CAU_SETUP_LOCK_FD ?? NaN)
  const { DIEM_CAU_SETUP_LOCK_FD: _, ...env } = { ...process.env, ...options.env }
  const held = options.holdsLock && Number.isInteger(lockFd) ? lockFd : 'ignore'
  const third = options.hasStatusOutput ? 'pipe' : held
  const child = spawn(command, args, {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', third],
  })
  if (options.endsWithSetup !== false) running.add(child)
  const kill = () => child.kill('SIGKILL')
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(kill, options.timeoutMs)
  options.signal?.addEventListener('abort', kill, { once: true })
  for (const stream of [child.stdout, child.stderr, child.stdio[3]]) {
    if (!(stream instanceof Readable)) continue
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`)
      tail.push(line)
      if (tail.length > 30) tail.shift()
      options.onLine?.(line)
    })
  }
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', (error) => {
        tail.push(error.message)
        resolve(null)
      })
      // Output may follow the exit. A daemon that keeps the pipe open must not keep set-up waiting, though.
      child.once('exit', (exitCode) => setTimeout(() => resolve(exitCode), 1_000).unref())
      child.once('close', resolve)
    })
    return { code, tail: tail.join('\n'), logFile }
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', kill)
    running.delete(child)
    log.end()
  }
}

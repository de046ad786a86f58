import { execFile, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { AppError } from '#contract/errors.ts'

/** One run of ffmpeg. */
export interface FfmpegRun {
  path: string
  args: readonly string[]
  /** File names in `args` may be relative to it: nothing has to be escaped then. */
  cwd: string
  signal: AbortSignal
  /** Seconds and pictures of output that are done. */
  onProgress?: (seconds: number, frames: number) => void
  env?: Record<string, string>
}

/** What no camera and no screen sends, to either side; what a decoder takes for a picture grows with its area. */
export const largestSide = 4_096

/** Before each input with somebody's pictures: the decoder itself refuses what a header did not tell. */
export const trackPictureArgs: readonly string[] = ['-max_pixels', String(largestSide ** 2)]

/** It was not there, or somebody ended it: no file is to blame, and the next time it may be there. */
export class FfmpegLost extends Error {}

/** A decoder that breaks down ends so, over a file. */
const ownSignals = new Set(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP'])

/** Composing waits for everything else. */
const niceness = 10
/** It says at once which it is. */
const versionTimeoutMs = 10_000
/** No sign of life for this long: it hangs. */
const stallMs = 120_000

/**
 * Runs ffmpeg to its end, with low priority.
 * @throws AppError disk_full; the signal's reason when it was aborted; FfmpegLost; Error with ffmpeg's last words otherwise
 */
export function runFfmpeg(run: FfmpegRun): Promise<void> {
  return new Promise((resolve, reject) => {
    run.signal.throwIfAborted()
    const child = spawn(
      run.path,
      [
        '-hide_banner',
        '-nostdin',
        '-loglevel',
        'error',
        '-y',
        '-progress',
        'pipe:1',
        '-nostats',
        ...run.args,
      ],
      { cwd: run.cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { LC_ALL: 'C.UTF-8', ...run.env } },
    )
    if (child.pid !== undefined) lowerPriority(child.pid)
    let words = ''
    let frames = 0
    let stalled = false
    let stallTimer = setTimeout(stall, stallMs)
    function stall(): void {
      stalled = true
      child.kill('SIGKILL')
    }
    const abort = (): void => {
      child.kill('SIGKILL')
    }
    run.signal.addEventListener('abort', abort, { once: true })
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      clearTimeout(stallTimer)
      stallTimer = setTimeout(stall, stallMs)
      frames = lastNumber(text, /frame=(\d+)/g) ?? frames
      const micros = lastNumber(text, /out_time_us=(\d+)/g)
      if (micros !== null) run.onProgress?.(micros / 1e6, frames)
    })
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      words = (words + text).slice(-4_000)
    })
    const finish = (): void => {
      clearTimeout(stallTimer)
      run.signal.removeEventListener('abort', abort)
    }
    child.on('error', (error) => {
      finish()
      reject(new FfmpegLost('ffmpeg cannot be started', { cause: error }))
    })
    child.on('close', (code, killedBy) => {
      finish()
      if (run.signal.aborted) reject(run.signal.reason)
      else if (code === 0) resolve()
      else if (/No space left on device/i.test(words))
        reject(new AppError('disk_full', 'ffmpeg found no room'))
      else if (killedBy !== null && !stalled && !ownSignals.has(killedBy))
        reject(new FfmpegLost(`ffmpeg was ended by ${killedBy}`))
      else reject(new Error(`ffmpeg ended with ${stalled ? 'a stall' : (code ?? killedBy)}: ${words.trim()}`))
    })
  })
}

/** Whether there is an ffmpeg that runs; null when this machine is too busy to tell. */
export function canRunFfmpeg(path: string): Promise<boolean | null> {
  return new Promise((resolve) => {
    execFile(path, ['-version'], { timeout: versionTimeoutMs }, (error) =>
      resolve(error === null ? true : error.killed ? null : false),
    )
  })
}

function lastNumber(text: string, pattern: RegExp): number | null {
  const last = [...text.matchAll(pattern)].at(-1)?.[1]
  return last === undefined ? null : Number(last)
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, niceness)
  } catch (error) {
    // It may have ended already, or the system forbids it: composing works all the same.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { cacheDir, repoDir } from './paths.ts'
import type { Progress } from './progress.ts'
import { runCommand } from './runCommand.ts'
import { findProgram } from './systemPackages.ts'

const installScript = path.join(repoDir, 'node_modules/ffmpeg-static/install.js')
const staticFfmpeg = path.join(cacheDir, 'ffmpeg/ffmpeg')
const silenceTimeoutMs = 15_000
const downloadTimeoutMs = 180_000

/** The ffmpeg to use, ffmpeg-static's before the system's; undefined when there is none. */
export function findFfmpeg(): string | undefined {
  return existsSync(staticFfmpeg) ? staticFfmpeg : findProgram('ffmpeg')
}

/**
 * Lets ffmpeg-static's own install script download its ffmpeg, and tries it. Undefined when that does not come
 * forward: no first byte in 15 s, or not all in three minutes.
 */
export async function downloadFfmpeg(progress: Progress): Promise<string | undefined> {
  if (existsSync(staticFfmpeg)) return staticFfmpeg
  if (!existsSync(installScript)) return undefined
  // The script takes a partial file for a whole one, so it gets a place of its own.
  const temporary = `${staticFfmpeg}.${process.pid}.tmp`
  mkdirSync(path.dirname(temporary), { recursive: true })
  const silence = new AbortController()
  const timer = setTimeout(() => {
    if (!existsSync(temporary)) silence.abort()
  }, silenceTimeoutMs)
  try {
    progress.update('ffmpeg')
    const install = await runCommand(process.execPath, [installScript], {
      log: 'ffmpeg-static',
      env: { FFMPEG_BIN: temporary },
      timeoutMs: downloadTimeoutMs,
      signal: silence.signal,
    })
    if (install.code !== 0 || !canRun(temporary)) return undefined
    renameSync(temporary, staticFfmpeg)
    return staticFfmpeg
  } finally {
    clearTimeout(timer)
    for (const suffix of ['', '.README', '.LICENSE']) rmSync(temporary + suffix, { force: true })
  }
}

function canRun(file: string): boolean {
  return existsSync(file) && spawnSync(file, ['-version'], { stdio: 'ignore', timeout: 10_000 }).status === 0
}

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { repoDir } from './paths.ts'
import { findProgram } from './systemPackages.ts'

const bundled = path.join(repoDir, 'node_modules/ffmpeg-static/ffmpeg')

/**
 * The ffmpeg to use; undefined when there is none. ffmpeg-static's, where whoever installs has put its program into its
 * package (its own script downloads it, and is not run unasked: nobody publishes a hash to hold that to), else the
 * system's.
 */
export function findFfmpeg(): string | undefined {
  return canRun(bundled) ? bundled : findProgram('ffmpeg')
}

function canRun(file: string): boolean {
  return existsSync(file) && spawnSync(file, ['-version'], { stdio: 'ignore', timeout: 10_000 }).status === 0
}

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, endianness, freemem } from 'node:os'
import path from 'node:path'
import { cacheDir } from './paths.ts'
import type { Progress } from './progress.ts'
import { runCommand } from './runCommand.ts'
import { SetupError } from './setupError.ts'
import { readTextIfPresent, writeFileAtomically } from './stamps.ts'
import { generateCMakeLists, mendedFiles, mendSource } from './workerSources.ts'

/** About what the largest of the worker's sources takes to compile. */
const bytesPerCompiler = 900 * 1024 * 1024

/**
 * Builds mediasoup's worker from the npm package's sources against the system's libraries, in a folder that a killed
 * build left is gone on with. Returns the binary's path in that folder. Needs workerBuildPackages.
 */
export async function buildWorker(mediasoupDir: string, key: string, progress: Progress): Promise<string> {
  const buildDir = path.join(cacheDir, 'build', `mediasoup-worker-${key}`)
  const sourceDir = path.join(buildDir, 'source')
  const outputDir = path.join(buildDir, 'output')
  mkdirSync(outputDir, { recursive: true })
  try {
    writeSources(path.join(mediasoupDir, 'worker'), sourceDir)
  } catch (cause) {
    throw new SetupError(
      `The media worker’s sources are not those that the build knows: ${cause instanceof Error ? cause.message : cause}`,
      'Use the mediasoup version that package-lock.json pins (npm ci), or adapt deploy/setup/workerSources.ts.',
      { cause },
    )
  }
  if (!existsSync(path.join(outputDir, 'build.ninja'))) {
    progress.update('configuring')
    await runOrExplain('cmake', [
      ...['-G', 'Ninja', '-S', sourceDir, '-B', outputDir],
      '-DCMAKE_BUILD_TYPE=Release',
    ])
  }
  await runOrExplain('ninja', ['-C', outputDir, '-j', String(countJobs())], (line) => {
    const step = parseNinjaStatus(line)
    if (step !== undefined) progress.update(step)
  })
  return path.join(outputDir, 'mediasoup-worker')
}

/** Removes what buildWorker left, once its binary was copied. */
export function removeWorkerBuild(key: string): void {
  rmSync(path.join(cacheDir, 'build', `mediasoup-worker-${key}`), { recursive: true, force: true })
}

function writeSources(workerDir: string, sourceDir: string): void {
  const read = (file: string) => readFileSync(path.join(workerDir, file), 'utf8')
  const recipeDir = path.join(import.meta.dirname, 'mediasoupWorker')
  const template = readFileSync(path.join(recipeDir, 'CMakeLists.txt.template'), 'utf8')
  const mendedDir = path.join(sourceDir, 'mended')
  for (const file of mendedFiles) {
    mkdirSync(path.dirname(path.join(mendedDir, file)), { recursive: true })
    writeIfChanged(path.join(mendedDir, file), mendSource(file, read(file)))
  }
  writeIfChanged(
    path.join(sourceDir, 'CMakeLists.txt'),
    generateCMakeLists(template, {
      workerDir,
      mendedDir,
      compatDir: path.join(recipeDir, 'compat'),
      meson: {
        worker: read('meson.build'),
        libwebrtc: read('deps/libwebrtc/meson.build'),
        schemas: read('fbs/meson.build'),
      },
      isLittleEndian: endianness() === 'LE',
    }),
  )
}

/** Ninja compiles again what has a new time, and CMake generates again; so leave alone what is right. */
function writeIfChanged(file: string, content: string): void {
  if (readTextIfPresent(file) !== content) writeFileAtomically(file, content)
}

async function runOrExplain(command: string, args: string[], onLine?: (line: string) => void): Promise<void> {
  const log = `mediasoup-worker-${command}`
  const result = await runCommand(command, args, {
    log,
    onLine,
    holdsLock: true,
    env: { NINJA_STATUS: '[%f/%t] ' },
  })
  if (result.code === 0) return
  throw new SetupError(
    `The media worker could not be built: ${command} failed.\n${result.tail}\n(whole log: ${result.logFile})`,
    'If memory ran out, close other programs or add swap, and start again: the build goes on where it stopped. ' +
      'A worker built elsewhere can be named in MEDIASOUP_WORKER_BIN.',
  )
}

function countJobs(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / bytesPerCompiler)))
}

/** "[41/259] Building …" as part and whole; undefined for any other line. */
export function parseNinjaStatus(line: string): { part: number; whole: number } | undefined {
  const match = /^\[(\d+)\/(\d+)\] /.exec(line)
  return match ? { part: Number(match[1]), whole: Number(match[2]) } : undefined
}

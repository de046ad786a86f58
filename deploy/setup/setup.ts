import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { linkEmbeddedPostgres, listLinks, listMissingLinks } from './embeddedPostgres.ts'
import { findFfmpeg } from './ffmpeg.ts'
import { buildAndKeepWorker, findWorker } from './mediasoupWorker.ts'
import { cacheDir } from './paths.ts'
import { generatePrismaClient, isPrismaClientStale, listPrismaOutputs } from './prismaClient.ts'
import { Progress } from './progress.ts'
import { SetupError } from './setupError.ts'
import { readTextIfPresent, writeFileAtomically } from './stamps.ts'
import {
  ffmpegPackages,
  findProgram,
  installPackages,
  listMissingPackages,
  testPackages,
  workerBuildPackages,
} from './systemPackages.ts'
import { areWebPagesStale, buildWebPages, listWebOutputs } from './webPages.ts'

/** The programs that set-up found or made, as absolute paths: .cache/setup.json, read by deploy/config.ts. */
export interface SetupResult {
  mediasoupWorker: string
  ffmpeg: string
  /** Comes with the system's ffmpeg; the tests need it, the platform does not. */
  ffprobe?: string
  /** Only for the tests and the demo. */
  chromium?: string
}

const resultFile = path.join(cacheDir, 'setup.json')
/** Read by deploy/setup/snapshot.mjs. */
const outputsFile = path.join(cacheDir, 'stamps/outputs.json')
// Step 1, the npm packages, is deploy/run.mjs's.
const stepCount = 6

/**
 * Brings this checkout to where the platform can start, with `withTests` to where its tests can. Each step is done
 * only when needed. deploy/run.mjs holds the set-up lock around it. Throws SetupError.
 */
export async function setUp(env: NodeJS.ProcessEnv, withTests: boolean): Promise<void> {
  let worker = findWorker(env)
  let ffmpeg = findFfmpeg()
  const missing = listMissingPackages([
    ...(worker === undefined ? workerBuildPackages : []),
    ...(ffmpeg === undefined ? ffmpegPackages : []),
    ...(withTests ? testPackages : []),
  ])
  if (missing.length > 0) {
    const progress = startStep(2, 'Installing Debian packages')
    await installPackages(missing, progress)
    progress.finish(missing.join(' '))
  }
  ffmpeg ??= findFfmpeg()

  if (worker === undefined) {
    const progress = startStep(3, 'Building the media worker')
    worker = await buildAndKeepWorker(env, progress)
    progress.finish('built and tried')
  }
  if (ffmpeg === undefined) {
    throw new SetupError('There is no ffmpeg.', 'sudo apt-get install -y --no-install-recommends ffmpeg')
  }

  const result = {
    mediasoupWorker: worker,
    ffmpeg,
    ffprobe: findProgram('ffprobe'),
    chromium: findProgram('chromium'),
  }
  writeIfChanged(resultFile, result)

  if (listMissingLinks().length > 0) {
    const progress = startStep(4, 'Preparing the embedded database')
    await linkEmbeddedPostgres()
    progress.finish('ready')
  }
  if (isPrismaClientStale()) {
    const progress = startStep(5, 'Generating the database client')
    await generatePrismaClient()
    progress.finish('generated')
  }
  if (areWebPagesStale()) {
    const progress = startStep(6, 'Building the web pages')
    await buildWebPages(progress)
    progress.finish('built')
  }
  writeIfChanged(outputsFile, listOutputs(result, withTests))
}

/** What must be there for the next start to have nothing to do. */
function listOutputs(result: SetupResult, withTests: boolean): string[] {
  const testPrograms = testPackages.map((wanted) =>
    'program' in wanted ? findProgram(wanted.program) : undefined,
  )
  return [
    result.mediasoupWorker,
    result.ffmpeg,
    resultFile,
    ...listLinks(),
    ...listPrismaOutputs(),
    ...listWebOutputs(),
    ...(withTests ? testPrograms.filter((program) => program !== undefined) : []),
  ]
}

function writeIfChanged(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`
  if (readTextIfPresent(file) !== text) writeFileAtomically(file, text)
}

function startStep(number: number, title: string): Progress {
  return new Progress(`[${number}/${stepCount}] ${title}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await setUp(process.env, process.argv.includes('--tests'))
    process.exit(0)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    const clear = process.stderr.isTTY ? '\r\x1b[K' : ''
    process.stderr.write(`${clear}\nSet-up stopped. ${error.message}\n\nTo mend it:\n  ${error.remedy}\n\n`)
    process.exit(1)
  }
}

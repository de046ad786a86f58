import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { foundBySetup } from './config.ts'

const Component = z.looseObject({ type: z.string(), name: z.string(), version: z.string().optional() })
type Component = z.infer<typeof Component>
const Bill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: Component }),
  components: z.array(Component),
})
/** A software bill of materials, CycloneDX 1.5 as JSON. */
export type Bill = z.infer<typeof Bill>

/**
 * What this checkout runs, as it is set up on this machine: npm's packages without those of the tests (with the lock
 * file's hashes), Node.js, the media worker and ffmpeg with the hashes of their files, and the Debian packages that
 * these stand on. @throws Error when npm cannot tell
 */
export function softwareBill(root: string): Bill {
  const args = ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx']
  const npm = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (npm.status !== 0) throw new Error(`npm sbom failed: ${npm.error?.message ?? npm.stderr}`)
  const bill = Bill.parse(JSON.parse(npm.stdout))
  const ofUs = z.object({ name: z.string(), version: z.string() }).parse(jsonOf(join(root, 'package.json')))
  bill.metadata.component = { ...bill.metadata.component, ...ofUs, type: 'application' } // npm takes the folder's name
  const { mediasoupWorker, ffmpeg } = foundBySetup(root)
  const programs = [
    programOf('node', process.version.slice(1), realpathSync(process.execPath)),
    ...(mediasoupWorker ? [programOf('mediasoup-worker', workerVersion(root), mediasoupWorker)] : []),
    ...(ffmpeg ? [programOf('ffmpeg', ffmpegVersion(ffmpeg), ffmpeg)] : []),
  ]
  const files = [process.execPath, mediasoupWorker, ffmpeg].filter((file) => file !== undefined)
  return { ...bill, components: [...bill.components, ...programs, ...debianPackagesOf(files)] }
}

function jsonOf(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function workerVersion(root: string): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(jsonOf(join(root, 'node_modules/mediasoup/package.json')))
  return version
}

function ffmpegVersion(ffmpeg: string): string {
  return /^ffmpeg version (\S+)/.exec(outputOf(ffmpeg, ['-version']))?.[1] ?? 'unknown'
}

function programOf(name: string, version: string, file: string): Component {
  const content = createHash('sha256').update(readFileSync(file)).digest('hex')
  return {
    'bom-ref': `${name}@${version}`,
    type: 'application',
    name,
    version,
    hashes: [{ alg: 'SHA-256', content }],
  }
}

/** The packages that the programs and the libraries that they load come from; none where there is no dpkg. */
function debianPackagesOf(files: readonly string[]): Component[] {
  const libraries = files.flatMap((file) =>
    [...outputOf('ldd', [file]).matchAll(/=> (\/\S+)/g)].map(([, library = '']) => library),
  )
  // Debian keeps /lib in /usr/lib, and dpkg knows a file by either.
  const paths = new Set(
    [...files, ...libraries].flatMap((file) =>
      existsSync(file) ? [file, realpathSync(file), file.replace(/^\/usr/, '')] : [],
    ),
  )
  const names = new Set(
    [...outputOf('dpkg-query', ['-S', ...paths]).matchAll(/^([^:\s]+)(?::\w+)?: \//gm)].map(
      ([, name = '']) => name,
    ),
  )
  if (names.size === 0) return []
  const format = ['-W', '-f', '${Package}\\t${Version}\\t${Architecture}\\n', ...names]
  return outputOf('dpkg-query', format)
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', version = '', arch = ''] = line.split('\t')
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`
      return { 'bom-ref': purl, type: 'library', name, version, purl }
    })
}

/** What a program prints; nothing when it is not there. Some of what is asked for may be unknown to it. */
function outputOf(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout ?? ''
}

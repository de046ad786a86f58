import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Progress } from './progress.ts'
import { runCommand } from './runCommand.ts'
import { SetupError } from './setupError.ts'

/** A Debian package and the cheap sign that what we need of it is there: a program, or a header below /usr/include. */
export type SystemPackage = { name: string; program: string } | { name: string; header: string }

/** What the build of the media worker needs. g++ 10 or newer for C++20; Debian 12 has 12. */
export const workerBuildPackages: SystemPackage[] = [
  { name: 'cmake', program: 'cmake' },
  { name: 'ninja-build', program: 'ninja' },
  { name: 'g++', program: 'g++' },
  { name: 'flatbuffers-compiler', program: 'flatc' },
  { name: 'libflatbuffers-dev', header: 'flatbuffers/flatbuffers.h' },
  { name: 'libabsl-dev', header: 'absl/strings/string_view.h' },
  { name: 'libsrtp2-dev', header: 'srtp2/srtp.h' },
  { name: 'libuv1-dev', header: 'uv.h' },
  { name: 'libssl-dev', header: 'openssl/ssl.h' },
]

/** What composes recordings. */
export const ffmpegPackages: SystemPackage[] = [
  { name: 'ffmpeg', program: 'ffmpeg' },
  { name: 'ffmpeg', program: 'ffprobe' },
]

/** What only the tests, the benchmarks and the demo use. */
export const testPackages: SystemPackage[] = [
  { name: 'chromium', program: 'chromium' },
  { name: 'firefox-esr', program: 'firefox-esr' },
  { name: 'ffmpeg', program: 'ffprobe' },
  { name: 'redis-server', program: 'redis-server' },
  { name: 'nginx-light', program: 'nginx' },
  { name: 'postgresql', program: 'postgres' },
  { name: 'espeak-ng', program: 'espeak-ng' },
  { name: 'poppler-utils', program: 'pdftotext' },
  { name: 'poppler-utils', program: 'pdftoppm' },
  { name: 'iproute2', program: 'ip' },
  { name: 'iptables', program: 'iptables' },
]

/** The program's path: on the PATH, in the system's folders, or in Debian's folder of a PostgreSQL version. */
export function findProgram(name: string, searchPath = process.env.PATH ?? ''): string | undefined {
  const folders = [...searchPath.split(':').filter((folder) => path.isAbsolute(folder)), ...systemFolders()]
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file))
}

function systemFolders(): string[] {
  return ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin', ...postgresFolders()]
}

/** Debian keeps `initdb` and `postgres` off the PATH, by version: the newest first. */
function postgresFolders(): string[] {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return []
  return readdirSync(base)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(base, version, 'bin'))
}

/** The names of the packages of which something is missing, each once, in alphabetical order. */
export function listMissingPackages(packages: SystemPackage[]): string[] {
  const missing = packages.filter((wanted) =>
    'program' in wanted
      ? findProgram(wanted.program) === undefined
      : !['/usr/include', '/usr/local/include', ...multiarchIncludes()].some((folder) =>
          existsSync(path.join(folder, wanted.header)),
        ),
  )
  return [...new Set(missing.map((wanted) => wanted.name))].sort()
}

function multiarchIncludes(): string[] {
  const triple = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string]
  return triple === undefined ? [] : [`/usr/include/${triple}`]
}

/** The command that installs them, as an administrator would type it. */
export function formatInstallCommand(packages: string[]): string {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
}

/**
 * Installs Debian packages when this is root. Throws SetupError with the command to run when it is not, when there is
 * no apt, or when apt failed twice.
 */
export async function installPackages(packages: string[], progress: Progress): Promise<void> {
  if (findProgram('apt-get') === undefined) {
    throw new SetupError(
      `These programs and libraries are missing (by their Debian names): ${packages.join(', ')}.`,
      'Install them with this system’s package manager and start again.',
    )
  }
  const command = formatInstallCommand(packages)
  if (process.getuid?.() !== 0) {
    throw new SetupError(`These Debian packages are missing: ${packages.join(', ')}.`, command)
  }
  for (let attempt = 1; ; attempt++) {
    progress.update('reading the package lists')
    const update = await runApt(['update'], 'apt-update', progress)
    const install = await runApt(
      ['install', '-y', '--no-install-recommends', ...packages],
      'apt-install',
      progress,
    )
    if (install.code === 0) return
    if (attempt === 2) {
      const cause = update.code === 0 ? install : update
      throw new SetupError(
        `apt-get could not install ${packages.join(', ')}:\n${cause.tail}\n(whole log: ${cause.logFile})`,
        command.replaceAll('sudo ', ''),
      )
    }
  }
}

async function runApt(args: string[], log: string, progress: Progress) {
  return runCommand(
    'apt-get',
    // Status lines (`pmstatus:cmake:41.2:Unpacking …`) on a descriptor of their own: apt closes it for what it starts,
    // and packages' scripts fail without stdout. Waits for another apt that is at work.
    ['-o', 'APT::Status-Fd=3', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=2', ...args],
    {
      log,
      env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      timeoutMs: 30 * 60_000,
      hasStatusOutput: true,
      // An interrupted dpkg leaves the system half configured.
      endsWithSetup: false,
      onLine: (line) => {
        const status = parseAptStatus(line)
        if (status !== undefined) progress.update(status)
      },
    },
  )
}

/** What to show for a line of apt's status output; undefined for any other line. */
export function parseAptStatus(line: string): string | undefined {
  const [kind, , percent] = line.split(':')
  if (kind !== 'dlstatus' && kind !== 'pmstatus') return undefined
  if (!Number.isFinite(Number.parseFloat(percent ?? ''))) return undefined
  const wholePercent = Math.floor(Number.parseFloat(percent ?? ''))
  return `${kind === 'dlstatus' ? 'downloading' : 'installing'} ${wholePercent} %`
}

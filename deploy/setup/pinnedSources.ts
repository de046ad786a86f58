import { readFileSync } from 'node:fs'
import path from 'node:path'
import { SetupError } from './setupError.ts'
import { hashFiles } from './stamps.ts'

/** What the media worker is built from, in mediasoup's package. */
const builtFrom = ['deps', 'fbs', 'include', 'src', 'subprojects', 'meson.build'].map(
  (name) => `worker/${name}`,
)
/** SHA-256 (`hashFiles`) of these, as they were when this version was taken up. */
const pinned = {
  version: '3.27.1',
  sha256: 'b07fcb4eff2b9a90f1cc015fa7026682769314d2d76c72d6967fed5eb76df30a',
}

/**
 * Throws SetupError when mediasoup's sources are not those that are pinned. npm holds the package to the lock file's
 * hash when it installs it; this holds what lies in node_modules to it when it is built, which may be much later.
 */
export function assertPinnedSources(mediasoupDir: string): void {
  const { version }: { version: string } = JSON.parse(
    readFileSync(path.join(mediasoupDir, 'package.json'), 'utf8'),
  )
  const found = hashFiles(mediasoupDir, builtFrom)
  if (version === pinned.version && found === pinned.sha256) return
  throw new SetupError(
    `The media worker’s sources are not those that are pinned: mediasoup ${version}, SHA-256 ${found}.`,
    'Install what package-lock.json pins (rm -rf node_modules/mediasoup && npm ci); after taking up a new version, pin it in deploy/setup/pinnedSources.ts.',
  )
}

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { repoDir } from './paths.ts'
import { assertPinnedSources } from './pinnedSources.ts'

const mediasoupDir = path.join(repoDir, 'node_modules/mediasoup')

test('the worker is built from the sources of the pinned mediasoup, and from no others', () => {
  expect(() => assertPinnedSources(mediasoupDir)).not.toThrow()
  const copy = mkdtempSync(path.join(tmpdir(), 'pinned-sources-'))
  try {
    cpSync(path.join(mediasoupDir, 'package.json'), path.join(copy, 'package.json'))
    cpSync(path.join(mediasoupDir, 'worker'), path.join(copy, 'worker'), { recursive: true })
    expect(() => assertPinnedSources(copy)).not.toThrow()
    writeFileSync(path.join(copy, 'worker/src/main.cpp'), 'int main() { return 0; }')
    expect(() => assertPinnedSources(copy)).toThrow('not those that are pinned')
  } finally {
    rmSync(copy, { recursive: true })
  }
})

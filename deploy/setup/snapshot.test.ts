import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isSetUp, recordSetUp, takeSnapshot } from './snapshot.mjs'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'snapshot-'))
  mkdirSync(path.join(dir, 'web/build'), { recursive: true })
  mkdirSync(path.join(dir, '.cache/stamps'), { recursive: true })
  writeFileSync(path.join(dir, 'web/page.ts'), 'one')
  writeFileSync(path.join(dir, 'output'), '')
  writeFileSync(path.join(dir, '.cache/stamps/outputs.json'), '["output"]')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a snapshot changes with a source and with a setting, not with what is built or a unit test', () => {
  const before = takeSnapshot(dir, {})
  writeFileSync(path.join(dir, 'web/build/handler.js'), 'built')
  writeFileSync(path.join(dir, 'web/page.test.ts'), 'test')
  expect(takeSnapshot(dir, { PORT: '1' })).toBe(before)
  expect(takeSnapshot(dir, { MEDIASOUP_WORKER_BIN: '/w' })).not.toBe(before)
  utimesSync(path.join(dir, 'web/page.ts'), 1, 1)
  expect(takeSnapshot(dir, {})).not.toBe(before)
})

test('a set-up counts for its snapshot as long as what it made is there', () => {
  const snapshot = takeSnapshot(dir, {})
  expect(isSetUp(dir, snapshot, false)).toBe(false)
  recordSetUp(dir, snapshot, false)
  expect(isSetUp(dir, snapshot, false)).toBe(true)
  expect(isSetUp(dir, 'another', false)).toBe(false)
  rmSync(path.join(dir, 'output'))
  expect(isSetUp(dir, snapshot, false)).toBe(false)
})

test('a set-up without the tests’ tools does not do for the tests, but the other way round', () => {
  const snapshot = takeSnapshot(dir, {})
  recordSetUp(dir, snapshot, false)
  expect(isSetUp(dir, snapshot, true)).toBe(false)
  recordSetUp(dir, snapshot, true)
  expect(isSetUp(dir, snapshot, false)).toBe(true)
})

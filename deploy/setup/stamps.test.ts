import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashFiles } from './stamps.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'stamps-'))
  mkdirSync(path.join(dir, 'a/build'), { recursive: true })
  writeFileSync(path.join(dir, 'a/one'), 'one')
  writeFileSync(path.join(dir, 'two'), 'two')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('the hash is of names and contents, whatever the order and the times', () => {
  const before = hashFiles(dir, ['a', 'two'])
  utimesSync(path.join(dir, 'two'), 1, 1)
  expect(hashFiles(dir, ['two', 'a', 'absent'])).toBe(before)
  writeFileSync(path.join(dir, 'two'), 'TWO')
  expect(hashFiles(dir, ['a', 'two'])).not.toBe(before)
})

test('what moves from one file to its neighbour changes the hash', () => {
  writeFileSync(path.join(dir, 'a/one'), '')
  writeFileSync(path.join(dir, 'two'), 'onetwo')
  const moved = hashFiles(dir, ['a', 'two'])
  writeFileSync(path.join(dir, 'a/one'), 'onetwo')
  writeFileSync(path.join(dir, 'two'), '')
  expect(hashFiles(dir, ['a', 'two'])).not.toBe(moved)
})

test('a folder that is left out is not looked into', () => {
  const isIncluded = (file: string) => file !== 'a/build'
  const before = hashFiles(dir, ['a'], isIncluded)
  writeFileSync(path.join(dir, 'a/build/out'), 'built')
  expect(hashFiles(dir, ['a'], isIncluded)).toBe(before)
  expect(hashFiles(dir, ['a'])).not.toBe(before)
})

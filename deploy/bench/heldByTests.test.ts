import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { heldByTests, linesOf } from './heldByTests.ts'

const root = join(import.meta.dirname, '../..')
const rows = Object.values(heldByTests).flatMap((held) => held ?? [])

it.each(rows)('$what: $file has the test that holds it, by its name, and runs it', ({ file, test }) => {
  const source = readFileSync(join(root, file), 'utf8')
  const at = source.indexOf(`'${test}'`)
  expect(at, `no test '${test}'`).toBeGreaterThan(0)
  // As its first argument, and not put aside.
  const call = source.slice(0, at).trimEnd().split('\n').at(-1) ?? ''
  expect(call).toMatch(/^\s*(it|test)\b.*\($|^\s*\] as const\)\($/)
  expect(call).not.toMatch(/\.(skip|todo|only)\b/)
})

it('no row stands there twice', () => {
  expect(new Set(rows.map(({ what }) => what)).size).toBe(rows.length)
})

it('they stand below a benchmark of that name', () => {
  for (const name of Object.keys(heldByTests)) {
    expect([name, existsSync(join(import.meta.dirname, `${name}.bench.ts`))]).toEqual([name, true])
  }
})

it('a row is printed with its goal, its file and its test, and none makes no head', () => {
  expect(linesOf([{ what: 'a fault', goal: '5 s', file: 'x.test.ts', test: 'is told' }])).toEqual([
    '   not measured here, held by tests:',
    '   · a fault → 5 s',
    '       x.test.ts › is told',
  ])
  expect(linesOf([])).toEqual([])
})

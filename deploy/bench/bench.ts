import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { heldByTests, linesOf } from './heldByTests.ts'
import type { Benchmark } from './metric.ts'

const root = join(import.meta.dirname, '../..')
const names = globSync('*.bench.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.bench.ts'))
  .sort()

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are: ${names.join(', ')}`)
  process.exit(2)
}

for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n── ${name}`)
  const { run } = (await import(`./${name}.bench.ts`)) as { run: Benchmark } // the files beside this one
  const metrics = await run((line) => console.log(`   ${line}`))
  console.table(
    metrics.map((m) => ({
      metric: m.metric,
      value: round(m.value),
      unit: m.unit,
      goal: m.goal ?? '–',
      better: m.better,
    })),
  )
  for (const line of linesOf(heldByTests[name] ?? [])) console.log(line)
  // A list, as whoever compares runs reads it; where and with what it was measured lies beside.
  write(`${name}.json`, metrics)
  write(`machine/${name}.json`, { ...machine(), versions: versions() })
}
process.exit(0) // load clients keep native threads alive

function write(file: string, content: unknown): void {
  const target = join(root, 'bench-results', file)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, `${JSON.stringify(content, null, 2)}\n`)
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

function machine() {
  const processors = cpus()
  return {
    atMs: Date.now(),
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    kernel: release(),
  }
}

function versions(): Record<string, string> {
  const version = (name: string): string =>
    (
      JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
        version: string
      }
    ).version
  return {
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    ...Object.fromEntries(
      ['mediasoup', 'mediasoup-client', 'socket.io', 'svelte'].map((n) => [n, version(n)]),
    ),
  }
}

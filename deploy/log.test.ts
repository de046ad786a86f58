import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const flooder = join(import.meta.dirname, 'testing/logFlooder.ts')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diem-cau-log-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs the flooder with its log at `stderr`; what it said of itself, and its exit code. */
async function flood(stderr: number | 'pipe', lines: number, end: string) {
  const child = spawn(process.execPath, [flooder, String(lines), end], { stdio: ['ignore', 'pipe', stderr] })
  let said = ''
  child.stdout?.on('data', (chunk) => (said += String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said: JSON.parse(said) as { rssBytes: number } }
}

function eventsIn(text: string): { event: string; count: number }[] {
  return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
}

describe('the log', () => {
  it('keeps nobody waiting whose reader is stuck, and does not gather what is not read', async () => {
    const path = join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) // never reads
    const writer = openSync(path, constants.O_WRONLY)
    const { code, said } = await flood(writer, 400_000, 'exit') // 100 MB
    closeSync(writer)
    closeSync(reader)
    expect(code).toBe(0)
    expect(said.rssBytes).toBeLessThan(250e6)
  }, 30_000)

  it('does not end for a full disk', async () => {
    const full = openSync('/dev/full', 'w')
    const { code } = await flood(full, 20_000, 'exit')
    closeSync(full)
    expect(code).toBe(0)
  }, 30_000)

  it.each(['return', 'exit', 'throw'])(
    'is whole when the process ends by %s',
    async (end) => {
      const path = join(folder, 'log')
      const file = openSync(path, 'a')
      await flood(file, 500, end)
      closeSync(file)
      const counts = eventsIn(readFileSync(path, 'utf8')).map(({ count }) => count)
      // A line that was on its way when the process broke off may come after those that waited behind it.
      if (end !== 'return') counts.sort((a, b) => a - b)
      expect(counts).toEqual(Array.from({ length: 500 }, (_, count) => count))
    },
    30_000,
  )

  it('counts what it had to drop', async () => {
    const path = join(folder, 'log')
    const file = openSync(path, 'a')
    await flood(file, 100_001, 'return')
    closeSync(file)
    const events = eventsIn(readFileSync(path, 'utf8'))
    const dropped = events.filter(({ event }) => event === 'logLinesDropped')
    const kept = events.length - dropped.length
    expect(kept + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(100_001)
  }, 30_000)
})

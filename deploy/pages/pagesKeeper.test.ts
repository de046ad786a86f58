import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { silentLog, type Log } from '#contract/log.ts'
import { loadConfig } from '../config.ts'
import { PagesKeeper, type PagesSetup } from './pagesKeeper.ts'

let folder: string
let keeper: PagesKeeper | null = null
let events: { event: string; fields: Record<string, unknown> }[]
const note = (event: string, fields: Record<string, unknown> = {}) => void events.push({ event, fields })
const log: Log = { ...silentLog, info: note, warn: note, error: note }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diem-cau-keeper-'))
  events = []
})
afterEach(async () => {
  await keeper?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Keeps a script in the place of the pages. */
function keep(script: string, pingEveryMs?: number): PagesKeeper {
  const path = join(folder, 'pages.mjs')
  writeFileSync(path, script)
  keeper = new PagesKeeper(log, path, pingEveryMs)
  return keeper
}

function newSetup(): PagesSetup {
  const config = { ...loadConfig({ DATA_DIR: folder }), NODE_ID: 'node' }
  return {
    config,
    secrets: { signing: ['s'], factors: [] },
    databaseUrl: 'postgresql://h/d',
    busPath: 'b',
    httpPath: 'h',
  }
}

const startsOf = () => events.filter(({ event }) => event === 'pagesStarted')
const obedient = `
  process.on('message', (message) => {
    if (message.is === 'open') process.send({ is: 'ready' })
    else if (message.is === 'close') process.exit(0)
  })`

it('pages that end before they are ready end the start, wherever they do it', async () => {
  await expect(keep(`process.exit(7)`).open(newSetup())).rejects.toThrow(/code 7/)
  await keeper?.close()
  const late = keep(`process.on('message', () => process.exit(8))`)
  await expect(late.open(newSetup())).rejects.toThrow(/code 8/)
  expect(late.isReady()).toBe(false)
})

it('what is opened reaches them, and they are ready when they say so', async () => {
  const file = join(folder, 'opened.json')
  const kept = keep(`
    import { writeFileSync } from 'node:fs'
    process.on('message', (message) => {
      if (message.is === 'close') return process.exit(0)
      if (message.is !== 'open') return
      writeFileSync(${JSON.stringify(file)}, JSON.stringify(message.setup))
      process.send({ is: 'ready' })
    })`)
  expect(kept.isReady()).toBe(false)
  await kept.open(newSetup())
  expect(kept.isReady()).toBe(true)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    secrets: { signing: ['s'], factors: [] },
    config: { PORT: 3000 },
  })
})

it('pages that die are started again, more slowly every time, and no more once they are closed', async () => {
  const kept = keep(obedient)
  await kept.open(newSetup())
  const diedAtMs: number[] = []
  const backAfterMs: number[] = []
  for (let death = 1; death <= 3; death++) {
    diedAtMs.push(performance.now())
    process.kill(Number(startsOf().at(-1)?.fields['pid']), 'SIGKILL')
    await vi.waitFor(() => expect(kept.isReady()).toBe(false))
    await vi.waitFor(() => expect(kept.isReady()).toBe(true), { timeout: 30_000, interval: 5 })
    backAfterMs.push(performance.now() - (diedAtMs.at(-1) ?? 0))
  }
  expect(startsOf()).toHaveLength(4)
  for (const [death, ms] of backAfterMs.entries()) expect(ms).toBeGreaterThan(100 * 2 ** death)
  const last = Number(startsOf().at(-1)?.fields['pid'])
  await kept.close()
  await kept.close()
  expect(existsSync(`/proc/${last}`)).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 1_500)) // the next delay would have been 800 ms
  expect([startsOf().length, kept.isReady()]).toEqual([4, false])
})

it('pages that live and answer nothing any more are ended and started again', async () => {
  const file = join(folder, 'hung')
  const kept = keep(
    `
    import { existsSync, writeFileSync } from 'node:fs'
    const hang = () => {
      if (existsSync(${JSON.stringify(file)})) return
      writeFileSync(${JSON.stringify(file)}, '')
      for (;;);
    }
    process.on('message', (message) => {
      if (message.is === 'open') process.send({ is: 'ready' }, hang)
      else if (message.is === 'ping') process.send({ is: 'pong' })
      else process.exit(0)
    })`,
    150,
  )
  await kept.open(newSetup())
  await vi.waitFor(() => expect(startsOf()).toHaveLength(2), { timeout: 10_000 })
  expect(events.map(({ event }) => event)).toContain('pagesHung')
  await new Promise((resolve) => setTimeout(resolve, 2_000)) // twice as long as silence is borne
  expect([startsOf().length, kept.isReady()]).toEqual([2, true])
})

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
let children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'node-name-'))
})
afterEach(async () => {
  await Promise.all(children.map(end))
  children = []
  rmSync(folder, { recursive: true, force: true })
})

/** A process of its own that takes its name, as the platform's start does, and lives on. */
async function start(env: Record<string, string> = {}): Promise<{ child: ChildProcess; name: string }> {
  const script = `
    import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, 'config.ts'))}
    import { withNodeName } from ${JSON.stringify(join(import.meta.dirname, 'nodeName.ts'))}
    const settings = ${JSON.stringify({ DATA_DIR: folder, ...env })}
    try { console.log(withNodeName(loadConfig(settings)).NODE_ID) }
    catch (error) { console.log(error.constructor.name + ': ' + error.message); process.exit(1) }
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = await once(child.stdout, 'data')
  return { child, name: String(line).trim() }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const split = { DATABASE_URL: 'postgresql://h/d', REDIS_URL: 'redis://h' }

it('a process that was killed comes back under its name', async () => {
  const first = await start()
  expect(first.name).toMatch(/^[A-Za-z0-9_-]+$/)
  await end(first.child)
  expect((await start()).name).toBe(first.name)
})

it('processes on one folder differ, and each comes back under its own name', async () => {
  const [media, recorder] = [
    { ...split, ROLES: 'sfu' },
    { ...split, ROLES: 'recorder' },
  ]
  const [a, b, c] = [await start(media), await start(media), await start(recorder)]
  expect(new Set([a.name, b.name, c.name]).size).toBe(3)
  await Promise.all([end(a.child), end(c.child)])
  expect((await start(recorder)).name).toBe(c.name)
  expect((await start(media)).name).toBe(a.name)
})

it('the second of one given name says so and stops, as long as the first lives', async () => {
  const first = await start({ NODE_ID: 'recorder-1' })
  expect(first.name).toBe('recorder-1')
  const second = await start({ NODE_ID: 'recorder-1' })
  expect(second.name).toMatch(/^ConfigError: .*\n? *NODE_ID="recorder-1".*another process/s)
  await end(first.child)
  expect((await start({ NODE_ID: 'recorder-1' })).name).toBe('recorder-1')
})

it('a name that was only half written is made anew', async () => {
  await end((await start()).child)
  const [file = ''] = readdirSync(join(folder, 'nodes'))
  writeFileSync(join(folder, 'nodes', file), 'hal')
  const { name, child } = await start()
  expect(name).not.toBe('hal')
  await end(child)
  expect((await start()).name).toBe(name)
})

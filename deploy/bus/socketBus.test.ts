import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Bus } from '#contract/bus.ts'
import { silentLog, type Log } from '#contract/log.ts'
import { describeBus, type BusPair } from './bus.conformance.ts'
import { shareBus, type BusSocket } from './busSocket.ts'
import { frameOf } from './frames.ts'
import { MemoryBus } from './memoryBus.ts'
import { connectSocketBus } from './socketBus.ts'

let folder: string
let path: string
const open: { close(): Promise<void> }[] = []
const keep = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one)
  return one
}

function newFolder(): string {
  folder = mkdtempSync(join(tmpdir(), 'diem-cau-bus-'))
  path = join(folder, 'bus.sock')
  return path
}

/** Two ends of a bus that lives here: itself, or other processes on its socket. */
async function pairOf(asker: 'here' | 'guest', server: 'here' | 'guest'): Promise<BusPair> {
  const at = newFolder()
  const here = new MemoryBus()
  const socket = await shareBus(here, at, silentLog)
  const end = async (which: 'here' | 'guest') =>
    which === 'here' ? here : await connectSocketBus({ path: at })
  const ends = [await end(asker), await end(server)] as const
  return {
    asker: ends[0],
    server: ends[1],
    close: async () => {
      await Promise.all([...ends, here].map((bus) => bus.close()))
      await socket.close()
      rmSync(join(at, '..'), { recursive: true, force: true })
    },
  }
}

describeBus('socket (a guest asks the host)', () => pairOf('guest', 'here'))
describeBus('socket (the host asks a guest)', () => pairOf('here', 'guest'))
describeBus('socket (a guest asks another)', () => pairOf('guest', 'guest'))

describe('socket bus', () => {
  let here: Bus
  let socket: BusSocket
  beforeEach(async () => {
    newFolder()
    here = keep(new MemoryBus())
    socket = keep(await shareBus(here, path, silentLog))
  })
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is for its owner only', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('says timeout when nobody shares one there', async () => {
    const connecting = connectSocketBus({ path: join(folder, 'none'), connectTimeoutMs: 100 })
    await expect(connecting).rejects.toMatchObject({ code: 'timeout' })
  })

  it('has one server an address, wherever it is', async () => {
    const [one, other] = [keep(await connectSocketBus({ path })), keep(await connectSocketBus({ path }))]
    const stop = await one.serve('sfu:a', async () => 'one')
    await expect(other.serve('sfu:a', async () => 'other')).rejects.toThrow('served already')
    await expect(here.serve('sfu:a', async () => 'here')).rejects.toThrow('served already')
    await stop()
    await here.serve('sfu:a', async () => 'here')
    expect(await other.request('sfu:a', 'x', {})).toBe('here')
  })

  it('forgets a process that is gone: what it served is free, who waits for it is told at once', async () => {
    const gone = keep(await connectSocketBus({ path }))
    const asked = Promise.withResolvers<void>()
    await gone.serve('sfu:a', () => {
      asked.resolve()
      return new Promise(() => undefined)
    })
    const waiting = here.request('sfu:a', 'x', {}, { timeoutMs: 60_000 })
    const failed = expect(waiting).rejects.toMatchObject({ code: 'timeout' })
    await asked.promise
    await gone.close()
    await failed
    const next = keep(await connectSocketBus({ path }))
    await vi.waitFor(() => next.serve('sfu:a', async () => 'next'))
    expect(await here.request('sfu:a', 'x', {})).toBe('next')
  })

  it('serves and hears again by itself after the host went away and came back', async () => {
    const guest = keep(await connectSocketBus({ path }))
    const heard: unknown[] = []
    await guest.serve('sfu:a', async () => 'here')
    await guest.subscribe('topic', (message) => heard.push(message))
    await socket.close()
    await here.close()
    await vi.waitFor(() => expect(guest.isReady()).toBe(false))
    expect(() => guest.publish('topic', 'lost')).not.toThrow()
    await expect(guest.request('sfu:b', 'x', {}, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
    })
    const patient = guest.request('sfu:b', 'x', {}, { timeoutMs: 20_000 })
    const again = keep(new MemoryBus())
    await again.serve('sfu:b', async () => 'back')
    keep(await shareBus(again, path, silentLog))
    await expect(patient).resolves.toBe('back')
    await vi.waitFor(() => expect(guest.isReady()).toBe(true))
    expect(await again.request('sfu:a', 'x', {})).toBe('here')
    again.publish('topic', 'found')
    await vi.waitFor(() => expect(heard).toEqual(['found']))
  })

  it('drops what a process does not read, and nobody else waits for it', async () => {
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (event) => warnings.push(event) }
    const other = join(folder, 'slow.sock')
    keep(await shareBus(here, other, log))
    const asleep = await connected(other)
    asleep.pause()
    asleep.write(frameOf(JSON.stringify({ is: 'subscribe', id: '1', topic: 'news' })))
    const awake = keep(await connectSocketBus({ path: other }))
    let heard = 0
    await awake.subscribe('news', () => heard++)
    const news = 'x'.repeat(1024 * 1024)
    for (let i = 1; i <= 40; i++) {
      here.publish('news', news)
      await vi.waitFor(() => expect(heard).toBe(i))
    }
    expect(warnings.filter((event) => event === 'busMessageDropped').length).toBeGreaterThan(10)
    asleep.destroy()
  })

  it('goes on when somebody writes nonsense into it', async () => {
    const stranger = await connected(path)
    stranger.write(frameOf('{"is":"nonsense"}'))
    stranger.write(frameOf('not JSON'))
    await new Promise((resolve) => stranger.once('close', resolve))
    const guest = keep(await connectSocketBus({ path }))
    await here.serve('sfu:a', async () => 'here')
    expect(await guest.request('sfu:a', 'x', {})).toBe('here')
  })
})

function connected(at: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(at)
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

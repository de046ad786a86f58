import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { callEvents } from '#db/calls.ts'
import { homeOf } from '#deploy/homes.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from './testing/callHarness.ts'
import { beginOutage } from './testing/databaseOutage.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let meetingId: MeetingId
const cleanup: (() => unknown)[] = []

beforeAll(async () => {
  test = await startTestDatabase()
})
afterAll(async () => {
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(async () => {
  for (const end of cleanup.splice(0).toReversed()) await end()
})

async function node(options: Partial<Parameters<typeof startNode>[0]> = {}): Promise<TestNode> {
  const started = await startNode({ database: test.database, ...options })
  cleanup.push(() => started.close())
  return started
}

/** A page that comes back by itself, as a browser's does. */
async function joined(url: string, name: string): Promise<TestPage> {
  const page = new TestPage(url, meetingId, name)
  cleanup.push(() => page.close())
  page.signal.on('state:changed', ({ state }) => {
    if (state !== 'connected' || !page.view) return
    page.resume().catch((error: unknown) => page.told.push({ event: 'resume:failed', payload: error }))
  })
  await page.join()
  return page
}

/** What stands in front of the nodes: asks where the meeting lives for every connection. */
async function startProxy(): Promise<string> {
  const server: Server = createServer((page) => {
    page.on('error', () => page.destroy())
    homeOf(test.database, meetingId).then(
      (home) => {
        if (home === null) return page.destroy()
        const { hostname, port } = new URL(home.url)
        const upstream = connect(Number(port), hostname)
        upstream.on('error', () => page.destroy())
        page.on('close', () => upstream.destroy())
        upstream.on('close', () => page.destroy())
        return page.pipe(upstream).pipe(page)
      },
      () => page.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.push(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

async function startProcess(id: string): Promise<{ child: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, 'testing/nodeProcess.ts')
  const child = spawn(process.execPath, [script, test.url, id], { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanup.push(() => child.kill('SIGKILL'))
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, url: String(url) }
}

describe('a home that is killed', () => {
  it('is followed by another within the lease’s time, and its pages come back to the call as it was', async () => {
    const { child, url } = await startProcess('node-killed')
    const other = await node({ load: 100 })
    expect((await homeOf(test.database, meetingId))?.url).toBe(url)
    const proxy = await startProxy()
    const chair = await joined(proxy, 'chair')
    const an = await joined(proxy, 'an')
    const guest = await joined(proxy, 'guest')
    await chair.signal.request('chat:post', { id: 'message-1', text: 'Trước khi mất điện' })
    await chair.signal.request('participants:muteAll', { forbidUnmute: true })
    for (const page of [guest, an]) await page.signal.request('hand:raise', {})
    await eventually(() => expect(chair.sees(meetingId, 'an')?.handRaisedAtMs).toBeGreaterThan(0))
    await eventually(async () => {
      const stored = await callEvents(test.database, meetingId)
      expect(stored.filter(({ event }) => event.type === 'handRaised')).toHaveLength(2)
    })
    const before = chair.view
    expect(before?.epoch).toBe(1)

    const killedAtMs = performance.now()
    child.kill('SIGKILL')
    const everyone = [chair, an, guest]
    await eventually(
      () => {
        for (const page of everyone) {
          expect(page.view?.epoch).toBe(2)
          for (const name of ['chair', 'an', 'guest'])
            expect(page.sees(meetingId, name)?.isConnected).toBe(true)
        }
      },
      { timeout: 20_000 },
    )
    // The lease's time and a page's pauses between attempts, on a busy machine.
    expect(performance.now() - killedAtMs).toBeLessThan(15_000)
    const after = chair.view
    expect(after?.chat).toEqual(before?.chat)
    expect(after?.isUnmuteForbidden).toBe(true)
    for (const name of ['chair', 'an', 'guest'] as const) {
      const { tracks: _tracks, ...was } = before?.participants[memberId(meetingId, name)] ?? { tracks: [] }
      expect(chair.sees(meetingId, name)).toMatchObject(was)
    }
    expect(other.engine.participantsOf(meetingId)).toHaveLength(3)
    await an.signal.request('chat:post', { id: 'message-2', text: 'Đã trở lại' })
    await eventually(() => expect(guest.view?.chat).toHaveLength(2))
    await expect(
      an.signal.request('source:set', { source: 'microphone', level: 'open' }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    })
    const seqs = (await callEvents(test.database, meetingId)).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  }, 60_000)
})

describe('a home that closes in good order', () => {
  it('hands its calls over at once, with everything stored', async () => {
    const first = await node({ load: 0 })
    await node({ load: 100 })
    const proxy = await startProxy()
    const chair = await joined(proxy, 'chair')
    const an = await joined(proxy, 'an')
    an.signal.request('hand:raise', {}).catch(() => undefined)
    await eventually(() => expect(chair.sees(meetingId, 'an')?.handRaisedAtMs).toBeGreaterThan(0))
    await first.close()
    await eventually(() => expect(chair.view?.epoch).toBe(2), { timeout: 10_000 })
    await eventually(() => expect(an.view?.epoch).toBe(2), { timeout: 10_000 })
    expect(chair.told).toContainEqual({ event: 'call:closed', payload: { error: { code: 'node_closing' } } })
    expect(chair.sees(meetingId, 'an')?.handRaisedAtMs).toBeGreaterThan(0)
    expect(chair.signal.state).toBe('connected')
  })
})

describe('a home whose lease another took', () => {
  it('lets go: its pages are told wrong_node, and what it still writes is refused', async () => {
    const first = await node()
    const chair = await joined(first.url, 'chair')
    await test.database.prisma.lease.update({
      where: { key: `call:${meetingId}` },
      data: { nodeId: 'somebody-else', epoch: 7, expiresAt: new Date(Date.now() + 60_000) },
    })
    const posted = chair.signal.request('chat:post', { id: 'message-1', text: 'x' })
    await expect(posted).rejects.toBeInstanceOf(Error)
    await eventually(() =>
      expect(chair.told).toContainEqual({ event: 'call:closed', payload: { error: { code: 'wrong_node' } } }),
    )
    const stored = await callEvents(test.database, meetingId)
    expect(stored.some(({ event }) => event.type === 'chatPosted')).toBe(false)
    await eventually(() =>
      expect(chair.told).toContainEqual({ event: 'state:reconnecting', payload: 'wrong_node' }),
    )
  })
})

describe('a database that is away', () => {
  it('stops no call: hands and mutes go on, nothing is acked that is not stored, and all is stored later in order', async () => {
    const home = await node({ settings: { storeTimeoutMs: 1_500 } })
    const chair = await joined(home.url, 'chair')
    const an = await joined(home.url, 'an')
    const outage = await beginOutage(test.url)
    cleanup.push(outage.end)
    await an.signal.request('hand:raise', {})
    await eventually(() => expect(chair.sees(meetingId, 'an')?.handRaisedAtMs).toBeGreaterThan(0))
    for (let i = 0; i < 3; i++) {
      const posted = an.signal.request('chat:post', { id: `message-${i}`, text: `Tin ${i}` })
      await expect(posted).rejects.toMatchObject({ code: 'storage_unavailable' })
    }
    await chair.signal.request('participants:muteAll', { forbidUnmute: false })
    // Somebody new is told the truth and is not half in; who was there comes back.
    const late = new TestPage(home.url, meetingId, 'binh')
    cleanup.push(() => late.close())
    await expect(late.join()).rejects.toMatchObject({
      code: expect.stringMatching('timeout|storage_unavailable'),
    })
    expect(chair.sees(meetingId, 'binh')).toBeUndefined()
    late.close()

    cleanup.pop()
    cleanup.pop()
    await outage.end()
    const again = await eventually(() => an.signal.request('chat:post', { id: 'message-2', text: 'Tin 2' }), {
      timeout: 15_000,
      interval: 200,
    })
    expect(again.message.text).toBe('Tin 2')
    const stored = await callEvents(test.database, meetingId)
    const texts = stored.flatMap(({ event }) => (event.type === 'chatPosted' ? [event.message.text] : []))
    expect(texts).toEqual(['Tin 0', 'Tin 1', 'Tin 2'])
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1))
    expect(chair.view?.chat).toHaveLength(3)
    expect(chair.gaps).toBe(0)
  }, 60_000)
})

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startRelay } from '../testing/relay.ts'
import { describeBus } from './bus.conformance.ts'
import { connectRedisBus } from './redisBus.ts'
import { startTestRedis, type TestRedis } from './testing/testRedis.ts'

let redis: TestRedis
beforeAll(async () => {
  redis = await startTestRedis()
})
afterAll(async () => {
  await redis.close()
})

describeBus('Redis', async () => {
  const asker = await connectRedisBus({ url: redis.url })
  const server = await connectRedisBus({ url: redis.url })
  return {
    asker,
    server,
    close: async () => {
      await asker.close()
      await server.close()
    },
  }
})

describe('Redis bus', () => {
  it('says timeout when there is no Redis', async () => {
    const connecting = connectRedisBus({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 200 })
    await expect(connecting).rejects.toMatchObject({ code: 'timeout' })
  })

  it('does not hear an installation of another prefix', async () => {
    const ours = await connectRedisBus({ url: redis.url })
    const theirs = await connectRedisBus({ url: redis.url, prefix: 'other' })
    const stop = await theirs.serve('sfu:a', async () => 'theirs')
    await expect(ours.request('sfu:a', 'x', {}, { timeoutMs: 150 })).rejects.toMatchObject({
      code: 'timeout',
    })
    await stop()
    await ours.close()
    await theirs.close()
  })

  it('tells a listener in its own process once', async () => {
    const bus = await connectRedisBus({ url: redis.url })
    const other = await connectRedisBus({ url: redis.url })
    const heard: unknown[] = []
    await bus.subscribe('topic', (message) => heard.push(message))
    bus.publish('topic', { own: 1 })
    bus.publish('topic', { own: 2 })
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    other.publish('topic', { of: 'another' })
    await vi.waitFor(() => expect(heard).toContainEqual({ of: 'another' }))
    expect(heard).toEqual([{ own: 1 }, { own: 2 }, { of: 'another' }])
    await bus.close()
    await other.close()
  })

  it('goes on within its process while Redis is away, in the order in which things were said', async () => {
    const bus = await connectRedisBus({ url: redis.url })
    const heard: unknown[] = []
    await bus.subscribe('topic', (message) => heard.push(message))
    await bus.serve('sfu:own', async (method, payload) => {
      bus.publish('topic', { said: payload })
      return { method, payload }
    })
    await redis.kill()
    await vi.waitFor(() => expect(bus.isReady()).toBe(false))
    heard.push(await bus.request('sfu:own', 'mute', { n: 1 }))
    heard.push(await bus.request('sfu:own', 'mute', { n: 2 }))
    expect(heard).toEqual([
      { said: { n: 1 } },
      { method: 'mute', payload: { n: 1 } },
      { said: { n: 2 } },
      { method: 'mute', payload: { n: 2 } },
    ])
    await redis.start()
    await bus.close()
  })

  it('is not ready as long as Redis takes and gives nothing back', async () => {
    const relay = await startRelay(Number(new URL(redis.url).port))
    const bus = await connectRedisBus({ url: relay.url.replace('http', 'redis') })
    expect(bus.isReady()).toBe(true)
    relay.swallow()
    await vi.waitFor(() => expect(bus.isReady()).toBe(false), { timeout: 8_000 })
    await vi.waitFor(() => expect(bus.isReady()).toBe(true), { timeout: 40_000 })
    await bus.close()
    await relay.close()
  }, 70_000)

  it('serves and hears again by itself after Redis was killed and came back', async () => {
    const asker = await connectRedisBus({ url: redis.url })
    const server = await connectRedisBus({ url: redis.url })
    const heard: unknown[] = []
    await server.serve('sfu:a', async () => 'here')
    await server.subscribe('topic', (message) => heard.push(message))
    await redis.kill()
    await vi.waitFor(() => expect(asker.isReady()).toBe(false))
    expect(() => asker.publish('topic', 'lost')).not.toThrow()
    await expect(asker.request('sfu:a', 'x', {}, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
    })
    await redis.start()
    await vi.waitFor(
      async () => expect(await asker.request('sfu:a', 'x', {}, { timeoutMs: 500 })).toBe('here'),
      { timeout: 15_000 },
    )
    await vi.waitFor(() => expect(asker.isReady() && server.isReady()).toBe(true))
    asker.publish('topic', 'found')
    await vi.waitFor(() => expect(heard).toContain('found'))
    await asker.close()
    await server.close()
  })
})

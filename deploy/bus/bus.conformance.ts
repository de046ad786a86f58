import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'

/** Two ends of one bus; the same object twice where the bus lives in one process. */
export interface BusPair {
  asker: Bus
  server: Bus
  close(): Promise<void>
}

/** What every bus must do; run by each bus's test. */
export function describeBus(name: string, open: () => Promise<BusPair>): void {
  describe(`${name} bus`, () => {
    let pair: BusPair
    beforeAll(async () => {
      pair = await open()
    })
    afterAll(async () => {
      await pair.close()
    })

    it('answers a request with what the server returned', async () => {
      const stop = await pair.server.serve('sfu:a', async (method, payload) => ({ method, payload }))
      await expect(pair.asker.request('sfu:a', 'admit', { n: 1, text: 'Điểm cầu' })).resolves.toEqual({
        method: 'admit',
        payload: { n: 1, text: 'Điểm cầu' },
      })
      await stop()
    })

    it('carries only what JSON can say', async () => {
      const seen: unknown[] = []
      const stop = await pair.server.serve('sfu:json', async (_method, payload) => {
        seen.push(payload)
        return undefined
      })
      const shared = { list: [1, 2] }
      await expect(pair.asker.request('sfu:json', 'x', { a: undefined, shared })).resolves.toBeNull()
      expect(seen[0]).toEqual({ shared: { list: [1, 2] } })
      shared.list.push(3)
      expect(seen[0]).toEqual({ shared: { list: [1, 2] } })
      await expect(pair.asker.request('sfu:json', 'x', { n: 1n })).rejects.toBeInstanceOf(TypeError)
      await stop()
    })

    it('carries an expected failure as its code and detail', async () => {
      const stop = await pair.server.serve('sfu:fails', async () => {
        throw new AppError('media_rejected', 'secret words', { detail: { field: 'dtls' } })
      })
      const error = await failureOf(pair.asker.request('sfu:fails', 'x', {}))
      expect(error.code).toBe('media_rejected')
      expect(error.detail).toEqual({ field: 'dtls' })
      expect(error.message).not.toContain('secret')
      await stop()
    })

    it('turns an unexpected failure into internal and reveals nothing', async () => {
      const stop = await pair.server.serve('sfu:bug', async () => {
        throw new Error('password=hunter2')
      })
      const error = await failureOf(pair.asker.request('sfu:bug', 'x', {}))
      expect(error.code).toBe('internal')
      expect(error.message).not.toContain('hunter2')
      await stop()
    })

    it('says internal when the answer is nothing that JSON can say', async () => {
      const stop = await pair.server.serve('sfu:bigint', async () => 1n)
      expect((await failureOf(pair.asker.request('sfu:bigint', 'x', {}))).code).toBe('internal')
      await stop()
    })

    it('says timeout when the server is silent, and when nobody serves', async () => {
      const stop = await pair.server.serve('sfu:silent', () => new Promise(() => undefined))
      await expect(pair.asker.request('sfu:silent', 'x', {}, { timeoutMs: 80 })).rejects.toMatchObject({
        code: 'timeout',
      })
      await expect(pair.asker.request('sfu:nobody', 'x', {}, { timeoutMs: 80 })).rejects.toMatchObject({
        code: 'timeout',
      })
      await stop()
    })

    it('waits a moment for a server that is just starting', async () => {
      const asked = pair.asker.request('sfu:late', 'x', {})
      const stop = await pair.server.serve('sfu:late', async () => 'here')
      await expect(asked).resolves.toBe('here')
      await stop()
    })

    it('answers many requests at once, each its own', async () => {
      const stop = await pair.server.serve('sfu:many', async (_method, payload) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
        return payload
      })
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, i) => pair.asker.request('sfu:many', 'x', i)),
      )
      expect(answers).toEqual(Array.from({ length: 300 }, (_, i) => i))
      await stop()
    })

    it('refuses a second server of an address, and serves it again after the first stopped', async () => {
      const stop = await pair.server.serve('sfu:one', async () => 1)
      await expect(pair.server.serve('sfu:one', async () => 2)).rejects.toThrow('served already')
      await stop()
      await stop()
      const stopSecond = await pair.server.serve('sfu:one', async () => 2)
      await expect(pair.asker.request('sfu:one', 'x', {})).resolves.toBe(2)
      await stopSecond()
    })

    it('tells every subscriber, in order, until it stops listening', async () => {
      const first: unknown[] = []
      const second: unknown[] = []
      const stopFirst = await pair.server.subscribe('recorder:events', (message) => first.push(message))
      const stopSecond = await pair.server.subscribe('recorder:events', (message) => second.push(message))
      for (let i = 0; i < 50; i++) pair.asker.publish('recorder:events', { i })
      await vi.waitFor(() => expect(second).toHaveLength(50))
      expect(first).toEqual(second)
      expect(first).toEqual(Array.from({ length: 50 }, (_, i) => ({ i })))
      await stopFirst()
      await stopFirst()
      pair.asker.publish('recorder:events', { i: 50 })
      await vi.waitFor(() => expect(second).toHaveLength(51))
      expect(first).toHaveLength(50)
      await stopSecond()
    })

    it('goes on when a listener throws', async () => {
      const heard: unknown[] = []
      const stopBad = await pair.server.subscribe('bad', () => {
        throw new Error('a listener of a bug')
      })
      const stopGood = await pair.server.subscribe('bad', (message) => heard.push(message))
      pair.asker.publish('bad', 1)
      pair.asker.publish('bad', 2)
      await vi.waitFor(() => expect(heard).toEqual([1, 2]))
      await stopBad()
      await stopGood()
    })

    it('refuses a message over the limit', async () => {
      const huge = 'x'.repeat(5 * 1024 * 1024)
      await expect(pair.asker.request('sfu:a', 'x', huge)).rejects.toMatchObject({ code: 'too_large' })
      expect(() => pair.asker.publish('topic', huge)).toThrow(AppError)
    })

    it('ends waiting requests when it is closed, twice without harm', async () => {
      const own = await open()
      expect(own.asker.isReady()).toBe(true)
      const stop = await own.server.serve('sfu:silent', () => new Promise(() => undefined))
      const waiting = failureOf(own.asker.request('sfu:silent', 'x', {}))
      await own.asker.close()
      await own.asker.close()
      expect((await waiting).code).toBe('timeout')
      expect(own.asker.isReady()).toBe(false)
      await expect(own.asker.request('sfu:silent', 'x', {})).rejects.toMatchObject({ code: 'timeout' })
      await stop()
      await own.close()
    })
  })
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`)
  return error
}

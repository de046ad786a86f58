import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeHost } from '#web/testing/fakeHost.ts'
import { requestJson } from './requestJson.ts'

let host: FakeHost
beforeEach(() => {
  host = new FakeHost()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('an answer is what the route says', async () => {
  const asked = requestJson('/api/x')
  await host.last.answer([1])
  expect(await asked).toEqual([1])
})

test('an answer that the asker breaks off while it comes is none, not an empty one', async () => {
  const asking = new AbortController()
  const asked = requestJson('/api/x', { signal: asking.signal })
  const failed = expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  await host.last.begin('[1')
  asking.abort()
  await failed
})

test('an answer that the line breaks off while it comes is a failure', async () => {
  const failed = expect(requestJson('/api/x')).rejects.toMatchObject({ code: 'timeout' })
  await host.last.begin('[1', true)
  await failed
})

test('an answer that is no JSON (of something between the page and its host) is a failure', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>')))
  await expect(requestJson('/api/x')).rejects.toMatchObject({ code: 'internal' })
})

test('an answer without a body is nothing, and a refusal without one has the code of a failure', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })))
  expect(await requestJson('/api/x')).toBeNull()
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 502 })))
  await expect(requestJson('/api/x')).rejects.toMatchObject({ code: 'internal' })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FakeHost } from '#web/testing/fakeHost.ts'
import { Downloading } from './downloading.svelte.ts'

const href = '/admin/audit/log.csv?'
let host: FakeHost
let clicked: Partial<HTMLAnchorElement>[]
beforeEach(() => {
  host = new FakeHost()
  clicked = []
  const createElement = () => {
    const link = { click: () => clicked.push(link) }
    return link
  }
  vi.stubGlobal('document', { createElement })
  vi.useFakeTimers({ toFake: ['setTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const never = { ask: () => Promise.reject(new Error('nobody asks')) }

it('hands the browser a file once it is whole, one at a time', async () => {
  const downloading = new Downloading(never)
  const done = downloading.get(href)
  await downloading.get('/other')
  expect([host.asked.length, downloading.running]).toEqual([1, href])
  await host.last.answer('a,b')
  await done
  expect(clicked).toMatchObject([{ href: expect.stringContaining('blob:') }])
  expect([downloading.running, downloading.refusal]).toEqual([null, null])
})

it('asks for a confirmation where one is asked for, and then fetches the same once more', async () => {
  const downloading = new Downloading({ ask: () => Promise.resolve(true) })
  const done = downloading.get(href)
  await host.last.refuse('confirmation_needed')
  await vi.waitFor(() => expect(host.asked.map(({ path }) => path)).toEqual([href, href]))
  await host.last.answer('a,b')
  await done
  expect(clicked).toHaveLength(1)
})

it('leaves it at that when nobody confirms', async () => {
  const downloading = new Downloading({ ask: () => Promise.resolve(false) })
  const done = downloading.get(href)
  await host.last.refuse('confirmation_needed')
  await done
  expect([host.asked.length, clicked, downloading.refusal]).toEqual([1, [], null])
})

it('says what refused it, or that the line was lost, and forgets it with the next', async () => {
  const downloading = new Downloading(never)
  const first = downloading.get(href)
  await host.last.refuse('busy')
  await first
  expect(downloading.refusal).toBe('busy')
  const second = downloading.get(href)
  expect(downloading.refusal).toBeNull()
  await host.last.lose()
  await second
  expect([clicked, downloading.refusal]).toEqual([[], 'timeout'])
})

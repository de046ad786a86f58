import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { callEvents } from '#db/calls.ts'
import { errors as vietnamese } from '#web/text/errors.vi.ts'
import { logEvents } from '../testing/logReader.ts'
import { OfficeHarness, textOf } from '../testing/officeHarness.ts'
import { ask, sendForm } from '../testing/pageRequest.ts'
import { startPostgres, type TestPostgres } from '../testing/servers.ts'

const patient = { timeout: 30_000, interval: 100 }
let postgres: TestPostgres

let harness: OfficeHarness
let url: string
let meetingId: MeetingId

beforeAll(async () => {
  postgres = await startPostgres()
  harness = await OfficeHarness.start(postgres.url)
  url = harness.url
})
afterAll(async () => {
  await harness?.close()
  await postgres?.stop()
})
beforeEach(async () => {
  await postgres.resume()
  meetingId = await harness.plan()
})
afterEach(() => harness.leaveAll())

describe('an unreachable database', () => {
  it('pages say so with 503 in Vietnamese, the call goes on, and nothing is lost', async () => {
    const chair = await harness.join(meetingId, harness.city.chair)
    const delegate = await harness.join(meetingId, harness.city.delegate)
    await delegate.post('Trước')
    await postgres.halt()
    await expect.poll(async () => (await ask(url, '/readyz')).status, patient).toBe(503)
    expect(JSON.parse((await ask(url, '/readyz')).text)).toMatchObject({
      checks: { database: false, bus: true },
    })
    expect((await ask(url, '/healthz')).status).toBe(200)
    for (const [path, cookie] of [
      ['/', harness.city.chair.cookie],
      [`/meetings/${meetingId}`, harness.city.chair.cookie],
    ] as const) {
      const answer = await ask(url, path, { cookie, headers: { accept: 'text/html' } })
      expect([path, answer.status]).toEqual([path, 503])
      expect(textOf(answer.text)).toContain(vietnamese.storage_unavailable.what)
      expect(answer.text).not.toMatch(/prisma|ECONNREFUSED|at \w+ \(/)
    }
    const json = await ask(url, '/api/search/people?q=a', {
      cookie: harness.city.chair.cookie,
      headers: { accept: 'application/json' },
    })
    expect(json.status).toBe(503)
    expect(JSON.parse(json.text)).toMatchObject({ code: 'storage_unavailable' })
    const login = await sendForm(url, '/login', {
      email: harness.city.chair.email,
      password: harness.city.chair.password,
    })
    const link = await sendForm(url, '/setup?/open', { token: 'any-token' })
    for (const { status, text } of [login, link]) {
      expect(status).toBe(503)
      expect(textOf(text)).toContain(vietnamese.storage_unavailable.what)
    }

    // Who talks goes on; what cannot be kept is not said to be kept.
    await delegate.ask('hand:raise', {})
    await expect.poll(() => chair.sees(delegate)?.handRaisedAtMs ?? 0, patient).toBeGreaterThan(0)
    expect(await delegate.refusalOf('chat:post', { id: 'away-away', text: 'Trong lúc' })).toMatch(
      /^(storage_unavailable|timeout)$/,
    )

    await postgres.resume()
    await expect.poll(async () => (await ask(url, '/readyz')).status, patient).toBe(200)
    await expect
      .poll(() => delegate.refusalOf('chat:post', { id: 'away-away', text: 'Trong lúc' }), patient)
      .toBe(null)
    expect((await ask(url, `/meetings/${meetingId}`, { cookie: harness.city.chair.cookie })).status).toBe(200)
    const events = await callEvents(harness.office.database, meetingId)
    const kept = events.flatMap(({ event }) => (event.type === 'chatPosted' ? [event.message.text] : []))
    expect(kept).toEqual(['Trước', 'Trong lúc'])
    expect(events.some(({ event }) => event.type === 'handRaised')).toBe(true)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    expect(chair.closedWith).toEqual([])
  })

  it('and all of this is in the log as codes; only the missing database was an error', () => {
    const wrong = logEvents(harness.platform.output()).filter(({ level }) => level >= 50)
    expect([...new Set(wrong.map(({ event }) => event))].filter((event) => !/heartbeat/.test(event))).toEqual(
      [],
    )
  })
})

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { MeetingId } from '#contract/ids.ts'
import type { RequestInput } from '#contract/requests.ts'
import { callEvents } from '#db/calls.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import type { CallAsk } from './client.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'
import { aMinuteForEach } from './testing/speechRules.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
const open: TestPage[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  node = await startNode({ database: test.database, rules: aMinuteForEach() })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const page of open.splice(0)) page.close()
})

function page(name: string): TestPage {
  const made = new TestPage(node.url, meetingId, name)
  open.push(made)
  return made
}

async function joined(name: string): Promise<TestPage> {
  const made = page(name)
  await made.join()
  return made
}

async function codeOf(asked: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await asked
    return null
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

/** The call's time goes on by so much at once. */
function pass(ms: number): void {
  const passedMs = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => passedMs() + ms)
}

it('opens a forbidden microphone in media on the chair’s one word, and closes it there at zero', async () => {
  const chair = await joined('chair')
  const an = await joined('an')
  const id = memberId(meetingId, 'an')
  await chair.signal.request('participants:muteAll', { forbidUnmute: true })
  await an.signal.request('floor:request', {})
  await chair.signal.request('floor:next', { after: null })
  await an.signal.request('source:set', { source: 'microphone', level: 'open' })
  await an.signal.request('media:negotiate', {
    message: { type: 'publish', source: 'microphone', trackId: 'voice' },
  })
  expect(node.engine.isFlowing(meetingId, id, 'microphone')).toBe(true)
  await eventually(() => expect(an.view?.floor.speech).toMatchObject({ participantId: id, limitMs: 60_000 }))
  pass(61_000)
  await eventually(() => expect(node.engine.isFlowing(meetingId, id, 'microphone')).toBe(false))
  expect(await codeOf(an.signal.request('source:set', { source: 'microphone', level: 'open' }))).toBe(
    'forbidden',
  )
  await eventually(async () => {
    const events = (await callEvents(test.database, meetingId)).map(({ event }) => event)
    expect(events.find(({ type }) => type === 'speechEnded')).toMatchObject({
      reason: 'timeUp',
      heldMs: 60_000,
    })
  })
})

it('gives the floor once when two clerks ask for the next at the same moment', async () => {
  const chair = await joined('chair')
  const secretary = await joined('secretary')
  for (const name of ['an', 'binh']) await (await joined(name)).signal.request('floor:request', {})
  const codes = await Promise.all(
    [chair, secretary].map((clerk) => codeOf(clerk.signal.request('floor:next', { after: null }))),
  )
  expect(codes.toSorted()).toEqual(['conflict', null].toSorted())
  await eventually(() => expect(chair.view?.floor.requests).toHaveLength(1))
})

describe('who may ask for what', () => {
  type Asked = { [N in CallAsk]?: RequestInput<N> }
  const others = (): Asked => {
    const participantId = memberId(meetingId, 'binh')
    return {
      'floor:withdraw': { participantId },
      'floor:arrange': { isOpen: false, order: 'manual' },
      'floor:move': { participantId, before: null },
      'floor:give': { participantId, after: null },
      'floor:next': { after: null },
      'floor:end': { participantId },
      'floor:extend': { participantId, minutes: 1 },
      'floor:pause': { participantId, isPaused: true },
    }
  }
  const own = (name: string): Asked => {
    const participantId = memberId(meetingId, name)
    return { 'floor:request': {}, 'floor:withdraw': { participantId }, 'floor:end': { participantId } }
  }
  const codesOf = async (asker: TestPage, asked: Asked): Promise<(ErrorCode | null)[]> => {
    const codes: (ErrorCode | null)[] = []
    for (const [name, payload] of Object.entries(asked)) {
      codes.push(await codeOf(asker.signal.request(name as 'floor:next', payload as { after: null }))) // its payload
    }
    return codes
  }

  it('only who runs the meeting has a say on the list and the floor of others, and nothing is changed by the rest', async () => {
    const chair = await joined('chair')
    const binh = await joined('binh')
    await binh.signal.request('floor:request', {})
    await chair.signal.request('floor:give', { participantId: binh.participantId, after: null })
    await binh.signal.request('floor:request', { kind: 'reply' })
    const askers = await Promise.all(['an', 'guest', 'technician'].map(joined))
    const before = (await chair.signal.request('view:sync', { scope: 'all' })).view.version
    for (const asker of askers) {
      expect(new Set(await codesOf(asker, others()))).toEqual(new Set(['forbidden']))
    }
    expect((await chair.signal.request('view:sync', { scope: 'all' })).view.version).toBe(before)
    for (const name of ['an', 'guest', 'technician']) {
      const asker = askers.find(({ participantId }) => participantId === memberId(meetingId, name))
      // The floor is another's: one's own end is none.
      expect(asker && (await codesOf(asker, own(name)))).toEqual([null, null, 'conflict'])
    }
  })

  it('nobody before the call is open or from outside of it, and nobody after the end', async () => {
    const waiting = page('an')
    expect(new Set(await codesOf(waiting, own('an')))).toEqual(new Set(['not_in_call']))
    const outside = page('secretary')
    expect(new Set(await codesOf(outside, others()))).toEqual(new Set(['not_in_call']))
    const chair = await joined('chair')
    await chair.signal.request('call:end', {})
    for (const name of ['chair', 'secretary']) {
      const late = page(name)
      expect(new Set(await codesOf(late, { ...others(), 'floor:request': {} }))).toEqual(
        new Set(['meeting_ended']),
      )
    }
  })
})

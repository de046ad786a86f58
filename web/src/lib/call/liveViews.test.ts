import { beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#contract/errors.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { ScopeSnapshot } from '#contract/room/views.ts'
import type { Scope } from '#contract/room/scope.ts'
import { LiveViews } from './liveViews.svelte.ts'
import { id, person, viewOf, viewsOf } from './testing/testSeat.svelte.ts'
import { TestSignal } from './testing/testSignal.ts'

const up: RoomEvent = {
  type: 'handRaised',
  atMs: 5,
  participantId: id('1'),
  agendaItemId: null,
  kind: 'contribution',
  name: '',
  unitName: '',
}
const down: RoomEvent = { type: 'handLowered', atMs: 6, participantId: id('1'), agendaItemId: null, by: null }
const banned: RoomEvent = { type: 'participantBanned', atMs: 7, participantId: id('1'), by: id('me') }

let asked: Scope[]
let answers: ((snapshot: ScopeSnapshot | AppError) => void)[]
let told: string[]
let warned: string[]
let signal: TestSignal
let live: LiveViews

beforeEach(() => {
  asked = []
  answers = []
  told = []
  warned = []
  signal = new TestSignal()
  signal.answers = {
    'view:sync': ({ scope }) =>
      new Promise((resolve, reject) => {
        asked.push(scope)
        answers.push((answer) => (answer instanceof AppError ? reject(answer) : resolve(answer)))
      }),
  }
  live = new LiveViews(signal, {
    onEvent: (before, event) => told.push(`${event.type} after ${before.version}`),
    onChange: () => undefined,
    onWarning: (event) => warned.push(event),
  })
  live.set(viewsOf(viewOf(person('1', 'Nguyễn An'))))
})

const batch = (scope: Scope, fromVersion: number, ...events: RoomEvent[]) =>
  signal.tell('room:events', { epoch: 1, scope, fromVersion, events })
const versions = () => [live.current?.all.version, live.current?.moderators?.version]
const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('a batch', () => {
  it('moves its scope alone, and each event is told once with the view before it', () => {
    batch('all', 0, up, down)
    batch('all', 1, down) // seen
    batch('moderators', 0, banned)
    expect(versions()).toEqual([2, 1])
    expect(told).toEqual(['handRaised after 0', 'handLowered after 1'])
  })

  it('of a scope that is not one’s own is skipped, and none is asked for', () => {
    batch('technicians', 3, banned)
    expect(versions()).toEqual([0, 0])
    expect(asked).toEqual([])
  })
})

describe('a gap', () => {
  it('asks for the view of its scope alone, once, and tells nothing of what it swallowed', async () => {
    batch('moderators', 4, banned)
    batch('moderators', 5, banned)
    batch('all', 0, up)
    expect(asked).toEqual(['moderators'])
    const view = { ...viewsOf(viewOf()).moderators, version: 9 }
    answers[0]?.({ scope: 'moderators', view } as ScopeSnapshot)
    await settled()
    expect(versions()).toEqual([1, 9])
    expect(told).toEqual(['handRaised after 0'])
  })

  it('whose question failed is asked again by the next batch', async () => {
    batch('all', 2, up)
    answers[0]?.(new AppError('timeout'))
    await settled()
    expect(warned).toEqual(['syncFailed'])
    batch('all', 3, down)
    expect(asked).toEqual(['all', 'all'])
  })
})

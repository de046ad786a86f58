import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import type { Action } from '#contract/permissions.ts'
import type { CallAsk } from '#signalling/client.ts'
import type { RequestInput } from '#contract/requests.ts'
import type { CallHello } from '#contract/replies.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import {
  addresseeOf,
  applyRoomEvent,
  emptyRoomView,
  emptyViews,
  scopesReachedBy,
  type RoomEvent,
} from '#contract/room/room.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import { call } from '../call.vi.ts'
import type { FeaturePort, NewsSource } from '../feature.ts'

export const id = (text: string) => text as ParticipantId

/** Somebody in a call, for unit tests. */
export function person(key: string, name: string, over: Partial<ParticipantView> = {}): ParticipantView {
  return {
    id: id(key),
    name,
    unitName: 'Phường Thử',
    position: '',
    role: 'delegate',
    kind: 'person',
    siteId: null,
    siteName: null,
    joinedAtMs: 1,
    isConnected: true,
    handRaisedAtMs: null,
    grant: { microphone: 'open', camera: 'open', screen: 'open', screenAudio: 'open' },
    tracks: [],
    ...over,
  }
}

/** A call with these people in it. */
export function viewOf(...people: ParticipantView[]): RoomView {
  const view = emptyRoomView('m' as MeetingId, [], 1)
  return { ...view, participants: Object.fromEntries(people.map((p) => [p.id, p])) }
}

/** The same with what moderators see. */
export function viewsOf(all: RoomView): PageViews {
  const { own, moderators } = emptyViews(1)
  return { all, own, moderators }
}

/** What the server says at the door, for unit tests. */
export const helloOf = (over: Partial<CallHello> = {}, me: Partial<CallHello['me']> = {}): CallHello => ({
  meeting: {
    id: 'm' as MeetingId,
    title: 'Họp giao ban',
    kind: 'work',
    status: 'scheduled',
    startsAtMs: 0,
    endsAtMs: 1,
    place: '',
    hostUnitName: '',
    isRecordingPlanned: false,
  },
  me: {
    participantId: id('me'),
    name: 'Tôi',
    unitName: 'Phường Thử',
    role: 'delegate',
    kind: 'person',
    may: [],
    isElsewhere: false,
    ...me,
  },
  phase: 'open',
  isRecording: false,
  sites: [],
  present: { names: [], count: 0 },
  expected: [],
  media: { engine: 'fake', clientConfig: {} },
  serverTimeMs: 1_000_000,
  ...over,
})

/** What a feature gets of a stay, for unit tests: the view follows events by the contract's own rules. */
export class TestSeat implements FeaturePort {
  readonly hello: CallHello | null = null
  readonly myId = id('me')
  /** What the person may. */
  rights: Action[] = []
  isRefused = false
  readonly asked: [CallAsk, unknown][] = []
  #views = $state.raw<PageViews>(viewsOf(viewOf(person('me', 'Tôi'), person('1', 'Nguyễn An'))))

  get views(): PageViews {
    return this.#views
  }

  get view(): RoomView {
    return this.#views.all
  }

  set view(all: RoomView) {
    this.#views = { ...this.#views, all }
  }

  may(action: Action): boolean {
    return this.rights.includes(action)
  }

  act<N extends CallAsk>(name: N, payload: RequestInput<N>): Promise<boolean> {
    this.asked.push([name, payload])
    return Promise.resolve(!this.isRefused)
  }

  /** Something happens; returns what the person is told of it by the feature. */
  happens(feature: NewsSource, event: RoomEvent): string[] {
    const news = feature.newsOf(event, this.view)
    const reached = scopesReachedBy(event)
    const { moderators, own } = this.#views
    if (reached.includes('all')) this.view = applyRoomEvent('all', this.view, event)
    if (moderators && reached.includes('moderators')) {
      this.#views = { ...this.#views, moderators: applyRoomEvent('moderators', moderators, event) }
    }
    if (reached.includes('own') && addresseeOf(event) === this.myId) {
      this.#views = { ...this.#views, own: applyRoomEvent('own', own, event) }
    }
    return news.map(({ say }) => say(call))
  }
}

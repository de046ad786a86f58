import type { ParticipantId } from '../ids.ts'
import type { FloorEvent } from './floorEvents.ts'
import { changeOf, type Rules } from './rules.ts'
import { isSameRequest, precedence, requestsInOrder } from './speaking.ts'
import type { FloorView, PeopleView, SpeakingRequest, Speech } from './views.ts'

/** The speaking list, and the hands that stand with their people (`handRaisedAtMs`). */
type View = PeopleView & { floor: FloorView }

export const emptyFloor: { floor: FloorView } = {
  floor: { isOpen: true, order: 'time', requests: [], speech: null, heldMs: {} },
}

/** Speech that is heard is for the record alone. */
export const floorRules: Rules<FloorEvent, { all: View }> = {
  handRaised: {
    all: (view, { type: _type, atMs, ...asked }) => {
      const request = { ...asked, askedAtMs: atMs }
      const others = view.floor.requests.filter((one) => !isSameRequest(one, request))
      const at =
        precedence(request) === 0 ? others.filter((one) => precedence(one) === 0).length : others.length
      return withRequests(view, others.toSpliced(at, 0, request), asked.participantId)
    },
  },
  handLowered: {
    all: (view, lowered) =>
      withRequests(
        view,
        view.floor.requests.filter((one) => !isSameRequest(one, lowered)),
        lowered.participantId,
      ),
  },
  speakingListArranged: {
    all: ({ floor }, { isOpen, order }) => ({ floor: arranged(floor, isOpen, order) }),
  },
  requestMoved: {
    all: ({ floor }, moved) => {
      const list = requestsInOrder(floor)
      const { before } = moved
      const others = list.filter((one) => !isSameRequest(one, moved))
      const at = before ? others.findIndex((one) => isSameRequest(one, before)) : -1
      const request = list.filter((one) => isSameRequest(one, moved))
      const requests = others.toSpliced(at < 0 ? others.length : at, 0, ...request)
      return { floor: { ...floor, order: 'manual', requests } }
    },
  },
  speechBegan: {
    all: ({ floor }, { type: _type, atMs, isBanLifted: _lifted, by: _by, ...told }) => ({
      floor: { ...floor, speech: { ...told, beganAtMs: atMs, pausedAtMs: null, pausedMs: 0 } },
    }),
  },
  speechExtended: {
    all: ({ floor }, { extraMs }) =>
      changeOfSpeech(floor, ({ limitMs }) => ({ limitMs: limitMs === null ? null : limitMs + extraMs })),
  },
  speechPaused: { all: ({ floor }, { atMs }) => changeOfSpeech(floor, () => ({ pausedAtMs: atMs })) },
  speechResumed: {
    all: ({ floor }, { atMs }) =>
      changeOfSpeech(floor, ({ pausedAtMs, pausedMs }) => ({
        pausedAtMs: null,
        pausedMs: pausedMs + (pausedAtMs === null ? 0 : atMs - pausedAtMs),
      })),
  },
  speechEnded: {
    all: ({ floor }, { participantId, heldMs }) => {
      const before = Object.hasOwn(floor.heldMs, participantId) ? (floor.heldMs[participantId] ?? 0) : 0
      return {
        floor: { ...floor, speech: null, heldMs: { ...floor.heldMs, [participantId]: before + heldMs } },
      }
    },
  },
  spoke: {},
}

/** The order that stands is kept when the hand takes over. */
function arranged(floor: FloorView, isOpen: boolean, order: FloorView['order']): FloorView {
  return { ...floor, isOpen, order, requests: [...requestsInOrder(floor)] }
}

function withRequests(view: View, requests: SpeakingRequest[], id: ParticipantId): Partial<View> {
  const handRaisedAtMs = handOf(requests, id)
  return { floor: { ...view.floor, requests }, ...changeOf(view, id, () => ({ handRaisedAtMs })) }
}

/** Since when somebody asks to speak; null for who does not. */
export function handOf(requests: readonly SpeakingRequest[], id: ParticipantId): number | null {
  const asked = requests.filter((one) => one.participantId === id).map(({ askedAtMs }) => askedAtMs)
  return asked.length === 0 ? null : Math.min(...asked)
}

function changeOfSpeech(floor: FloorView, change: (speech: Speech) => Partial<Speech>): { floor: FloorView } {
  const { speech } = floor
  return { floor: { ...floor, speech: speech && { ...speech, ...change(speech) } } }
}

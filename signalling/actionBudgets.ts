import { Budgets } from '#contract/budgets.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { CallRequestName, RequestPayload } from '#contract/requests.ts'

/**
 * How much of what is stored and sent to everybody one participant may make, whatever the number of sockets: what
 * nobody does by hand for long. Each has its own, so that none of them takes away another.
 */
const sizes = {
  /** Bytes of messages, each with what it takes beside its text. */
  chat: { burst: 96 * 1024, perSecond: 1024 },
  hands: { burst: 30, perSecond: 0.5 },
  /** Microphone, camera and screen opened; closing them is always free. */
  sources: { burst: 60, perSecond: 1 },
  joins: { burst: 40, perSecond: 0.5 },
  /** What a moderator or technician does to others. */
  moderation: { burst: 400, perSecond: 10 },
} as const
type BudgetName = keyof typeof sizes

const messageBytes = 512
/** What concerns everybody at once is an event for each. */
const allCost = 40
const maxParticipants = 20_000

/** What a request takes of which budget. What takes something back (a hand, an open source, a seat) takes nothing. */
const costs: {
  [N in CallRequestName]?: { of: BudgetName; cost: (payload: RequestPayload<N>, by: ParticipantId) => number }
} = {
  'chat:post': { of: 'chat', cost: ({ text }) => messageBytes + Buffer.byteLength(text) },
  'hand:raise': { of: 'hands', cost: () => 1 },
  'hand:lower': {
    of: 'moderation',
    cost: ({ participantId }, by) => (participantId === undefined || participantId === by ? 0 : 1),
  },
  'floor:request': { of: 'hands', cost: () => 1 },
  'floor:withdraw': { of: 'moderation', cost: ({ participantId }, by) => (participantId === by ? 0 : 1) },
  'floor:arrange': { of: 'moderation', cost: () => 1 },
  'floor:move': { of: 'moderation', cost: () => 1 },
  'floor:give': { of: 'moderation', cost: () => 1 },
  'floor:next': { of: 'moderation', cost: () => 1 },
  'floor:end': { of: 'moderation', cost: ({ participantId }, by) => (participantId === by ? 0 : 1) },
  'floor:extend': { of: 'moderation', cost: () => 1 },
  'floor:pause': { of: 'moderation', cost: () => 1 },
  'source:set': { of: 'sources', cost: ({ level }) => (level === 'open' ? 1 : 0) },
  'call:join': { of: 'joins', cost: () => 1 },
  'agenda:start': { of: 'moderation', cost: () => 1 },
  'participant:mute': { of: 'moderation', cost: () => 1 },
  'participant:remove': { of: 'moderation', cost: () => 1 },
  'presence:mark': { of: 'moderation', cost: () => 1 },
  'participants:muteAll': { of: 'moderation', cost: () => allCost },
  'participants:allowUnmute': { of: 'moderation', cost: () => allCost },
  'recording:propose': { of: 'moderation', cost: () => allCost },
  'recording:start': { of: 'moderation', cost: () => allCost },
  'recording:stop': { of: 'moderation', cost: () => allCost },
}

/** The budgets of all participants whose calls live here. */
export class ActionBudgets {
  readonly #budgets = new Map<BudgetName, Budgets<ParticipantId>>()

  /** Whether the participant may ask this now; it is counted then. */
  spend<N extends CallRequestName>(id: ParticipantId, name: N, payload: RequestPayload<N>): boolean {
    const rule = costs[name]
    const cost = rule?.cost(payload, id) ?? 0
    return !rule || cost === 0 || this.#of(rule.of).take(id, cost, Date.now())
  }

  #of(name: BudgetName): Budgets<ParticipantId> {
    const known = this.#budgets.get(name)
    if (known) return known
    const budgets = new Budgets<ParticipantId>({ ...sizes[name], maxKeys: maxParticipants })
    this.#budgets.set(name, budgets)
    return budgets
  }
}

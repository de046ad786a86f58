import type { AgendaItemId } from '../ids.ts'
import type { RequestKey, SpeechKind } from './speechKinds.ts'
import type { FloorView, SpeakingRequest } from './views.ts'

// The reckoning on the speaking list, without the schema library.

export function isSameRequest(a: RequestKey, b: RequestKey): boolean {
  return a.participantId === b.participantId && a.agendaItemId === b.agendaItemId
}

/** The whole list in the order of being called. */
export function requestsInOrder({ requests, order, heldMs }: FloorView): readonly SpeakingRequest[] {
  if (order === 'manual') return requests
  const held = ({ participantId }: SpeakingRequest): number =>
    order === 'leastSpoken' && Object.hasOwn(heldMs, participantId) ? (heldMs[participantId] ?? 0) : 0
  return requests.toSorted(
    (a, b) => precedence(a) - precedence(b) || held(a) - held(b) || a.askedAtMs - b.askedAtMs,
  )
}

/** Whose turn it may be: requests to the item that is called and to none, in their order. */
export function requestsDue(
  floor: FloorView,
  currentItemId: AgendaItemId | null,
): readonly SpeakingRequest[] {
  return requestsInOrder(floor).filter(
    ({ agendaItemId }) => agendaItemId === null || agendaItemId === currentItemId,
  )
}

/** 0 for what goes first. */
export function precedence({ kind }: { kind: SpeechKind }): number {
  return kind === 'pointOfOrder' ? 0 : 1
}

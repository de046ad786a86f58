import type { ParticipantId } from '../ids.ts'
import type { ParticipantView } from './participantView.ts'

/**
 * What each kind of event changes in a view: only the fields that differ are named, and nothing is changed in place.
 * A slice has one rule an event; `room.ts` puts the slices' rules together.
 */
export type Rules<E extends { type: string }, V> = {
  [T in E['type']]: (view: V, event: Extract<E, { type: T }>) => Partial<V>
}

/** The people of a call, of whom several slices say something. */
export interface PeopleView {
  participants: Record<ParticipantId, ParticipantView>
}

/** A change of one participant; of somebody who is not there it changes nothing. */
export function changeOf(
  { participants }: PeopleView,
  id: ParticipantId,
  change: (participant: ParticipantView) => Partial<ParticipantView>,
): Partial<PeopleView> {
  const participant = Object.hasOwn(participants, id) ? participants[id] : undefined
  if (!participant) return {}
  return { participants: { ...participants, [id]: { ...participant, ...change(participant) } } }
}

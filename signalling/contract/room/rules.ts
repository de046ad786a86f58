import type { ParticipantId } from '../ids.ts'
import type { ParticipantView } from './participantView.ts'
import type { PeopleView } from './views.ts'

/**
 * What each kind of event changes in the views of the scopes that it reaches: only the fields that differ are named,
 * and nothing is changed in place. An event without a change in any scope reaches no page. `own` is the scope of the
 * event's `participantId`. A slice has one rule an event; `room.ts` puts the slices' rules together.
 */
export type Rules<E extends { type: string }, Views> = {
  [T in E['type']]: Rule<Extract<E, { type: T }>, Views>
}

/** Of one kind of event, by scope. */
type Rule<E, Views> = {
  [S in keyof Views as S extends 'own' ? (E extends Addressed ? S : never) : S]?: (
    view: Views[S],
    event: E,
  ) => Partial<Views[S]>
}

/** An event that says whom it is about. */
export interface Addressed {
  participantId: ParticipantId
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

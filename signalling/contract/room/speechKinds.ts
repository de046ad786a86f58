import type { AgendaItemId, ParticipantId } from '../ids.ts'

/** As what somebody speaks. A point of order goes before everything else. */
export const speechKinds = ['contribution', 'question', 'reply', 'pointOfOrder'] as const
export type SpeechKind = (typeof speechKinds)[number]

/** By what the list is ordered: asking, the hand of who runs the meeting, or who had the floor least so far. */
export const listOrders = ['time', 'manual', 'leastSpoken'] as const
export type ListOrder = (typeof listOrders)[number]

/** The longest time with the floor by kind, in milliseconds; null where none is set. */
export type SpeechLimits = Readonly<Record<SpeechKind, number | null>>

/** Names a request: somebody has at most one an item, and one that is for no item. */
export interface RequestKey {
  participantId: ParticipantId
  agendaItemId: AgendaItemId | null
}

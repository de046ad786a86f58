import { changeOf, type PeopleView, type Rules } from './rules.ts'
import type { SeatsEvent } from './seatsEvents.ts'

/** From the opening to the end: who is in the call. */
export interface SeatsView extends PeopleView {
  phase: 'waiting' | 'open' | 'ended'
  openedAtMs: number | null
  endedAtMs: number | null
}

export const emptySeats: SeatsView = { phase: 'waiting', openedAtMs: null, endedAtMs: null, participants: {} }

export const seatsRules: Rules<SeatsEvent, SeatsView> = {
  callOpened: (view, { atMs }) => ({ phase: 'open', openedAtMs: view.openedAtMs ?? atMs }),
  callEnded: (_view, { atMs }) => ({ phase: 'ended', endedAtMs: atMs }),
  participantJoined: ({ participants }, { participant }) => ({
    participants: { ...participants, [participant.id]: participant },
  }),
  participantLeft: (view, { participantId }) => {
    const { [participantId]: _gone, ...participants } = view.participants
    return { participants }
  },
  participantDisconnected: (view, { participantId }) =>
    changeOf(view, participantId, () => ({ isConnected: false })),
  participantReconnected: (view, { participantId }) =>
    changeOf(view, participantId, () => ({ isConnected: true })),
  participantChanged: (view, { participantId, name, unitName, position, role }) =>
    changeOf(view, participantId, () => ({ name, unitName, position, role })),
  participantBanned: () => ({}),
}

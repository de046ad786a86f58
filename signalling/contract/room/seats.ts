import { changeOf, type Rules } from './rules.ts'
import type { SeatsEvent } from './seatsEvents.ts'
import type { BansView, SeatsView } from './views.ts'

export const emptySeats: SeatsView = { phase: 'waiting', openedAtMs: null, endedAtMs: null, participants: {} }
export const emptyBans: BansView = { banned: [] }

export const seatsRules: Rules<SeatsEvent, { all: SeatsView; moderators: BansView }> = {
  callOpened: { all: (view, { atMs }) => ({ phase: 'open', openedAtMs: view.openedAtMs ?? atMs }) },
  callEnded: { all: (_view, { atMs }) => ({ phase: 'ended', endedAtMs: atMs }) },
  callReopened: { all: () => ({ phase: 'open', endedAtMs: null }) },
  participantJoined: {
    all: ({ participants }, { participant }) => ({
      participants: { ...participants, [participant.id]: participant },
    }),
  },
  participantLeft: {
    all: (view, { participantId }) => {
      const { [participantId]: _gone, ...participants } = view.participants
      return { participants }
    },
  },
  participantDisconnected: {
    all: (view, { participantId }) => changeOf(view, participantId, () => ({ isConnected: false })),
  },
  participantReconnected: {
    all: (view, { participantId }) => changeOf(view, participantId, () => ({ isConnected: true })),
  },
  participantChanged: {
    all: (view, { participantId, name, unitName, position, role }) =>
      changeOf(view, participantId, () => ({ name, unitName, position, role })),
  },
  participantBanned: {
    moderators: ({ banned }, { participantId }) => ({ banned: [...banned, participantId] }),
  },
}

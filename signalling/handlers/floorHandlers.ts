import type { Handlers } from './handler.ts'

/** Hands and the agenda. */
export const floorHandlers = {
  'hand:raise': {
    allows: 'call:speak',
    needsSeat: true,
    command: (room, by, _payload, nowMs) => room.floor.raise(by, nowMs),
  },
  'hand:lower': {
    allows: ({ page }, { participantId }) =>
      participantId === undefined || participantId === page.identity.participantId
        ? 'call:speak'
        : 'call:moderate',
    needsSeat: true,
    command: (room, by, { participantId }, nowMs) => room.floor.lower(participantId ?? by, by, nowMs),
  },
  'agenda:start': {
    allows: 'call:agenda',
    needsSeat: true,
    command: (room, by, { itemId }, nowMs) => room.agenda.start(itemId, by, nowMs),
  },
} satisfies Pick<Handlers, 'hand:raise' | 'hand:lower' | 'agenda:start'>

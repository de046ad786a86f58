import type { Handlers } from './handler.ts'

/** Hands and the agenda. */
export const floorHandlers = {
  'hand:raise': {
    allows: 'call:speak',
    place: 'seat',
    run: async ({ call, page }) => {
      await call.act((room, nowMs) => room.floor.raise(page.identity.participantId, nowMs))
      return {}
    },
  },
  'hand:lower': {
    allows: ({ page }, { participantId }) =>
      participantId === undefined || participantId === page.identity.participantId
        ? 'call:speak'
        : 'call:moderate',
    place: 'seat',
    run: async ({ call, page }, { participantId }) => {
      await call.act((room, nowMs) => room.floor.lower(participantId ?? page.identity.participantId, nowMs))
      return {}
    },
  },
  'agenda:start': {
    allows: 'call:agenda',
    place: 'seat',
    run: async ({ call, page }, { itemId }) => {
      await call.act((room, nowMs) => room.agenda.start(itemId, page.identity.participantId, nowMs))
      return {}
    },
  },
} satisfies Pick<Handlers, 'hand:raise' | 'hand:lower' | 'agenda:start'>

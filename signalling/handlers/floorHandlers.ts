import type { ParticipantId } from '#contract/ids.ts'
import type { Action } from '#contract/permissions.ts'
import type { Handlers, HandlerContext } from './handler.ts'

/** One's own takes the right to speak, another's the right to moderate. */
function ownOrModerated(
  { page }: HandlerContext,
  { participantId }: { participantId?: ParticipantId },
): Action {
  const isOwn = participantId === undefined || participantId === page.identity.participantId
  return isOwn ? 'call:speak' : 'call:moderate'
}

/** The speaking list, the floor and the agenda. */
export const floorHandlers = {
  'hand:raise': {
    allows: 'call:speak',
    needsSeat: true,
    command: (room, by, _payload, nowMs) => room.floor.raise(by, nowMs),
  },
  'hand:lower': {
    allows: ownOrModerated,
    needsSeat: true,
    command: (room, by, { participantId }, nowMs) => room.floor.lower(participantId ?? by, by, nowMs),
  },
  'floor:request': {
    allows: 'call:speak',
    needsSeat: true,
    command: (room, by, request, nowMs) => room.floor.ask(by, request, nowMs),
  },
  'floor:withdraw': {
    allows: ownOrModerated,
    needsSeat: true,
    command: (room, by, key, nowMs) => room.floor.withdraw(key, by, nowMs),
  },
  'floor:arrange': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, arrangement, nowMs) => room.floor.arrange(arrangement, by, nowMs),
  },
  'floor:move': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, { before, ...key }, nowMs) => room.floor.move(key, before, by, nowMs),
  },
  'floor:give': {
    allows: 'call:moderate',
    needsSeat: true,
    run: async ({ call, page }, { after, ...key }) => {
      const limits = await call.speechLimits()
      const by = page.identity.participantId
      await call.act((room, nowMs) => room.floor.give(key, { after, limits }, by, nowMs))
      return {}
    },
  },
  'floor:next': {
    allows: 'call:moderate',
    needsSeat: true,
    run: async ({ call, page }, { after }) => {
      const limits = await call.speechLimits()
      const by = page.identity.participantId
      await call.act((room, nowMs) => room.floor.next({ after, limits }, by, nowMs))
      return {}
    },
  },
  'floor:end': {
    allows: ownOrModerated,
    needsSeat: true,
    command: (room, by, { participantId }, nowMs) => room.floor.end(participantId, by, nowMs),
  },
  'floor:extend': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, { participantId, minutes }, nowMs) =>
      room.floor.extend(participantId, minutes * 60_000, by, nowMs),
  },
  'floor:pause': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, { participantId, isPaused }, nowMs) =>
      room.floor.pause(participantId, isPaused, by, nowMs),
  },
  'agenda:start': {
    allows: 'call:agenda',
    needsSeat: true,
    command: (room, by, { itemId }, nowMs) => room.agenda.start(itemId, by, nowMs),
  },
} satisfies Partial<Handlers>

import { AppError } from '#contract/errors.ts'
import type { ParticipantId, SiteId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import type { Call } from '../call.ts'
import type { Handlers } from './handler.ts'

/** Who is there. */
export const peopleHandlers = {
  'participant:remove': {
    allows: 'call:moderate',
    needsSeat: true,
    logged: { action: 'participant.removed', detail: (payload) => ({ ...payload }) },
    run: async ({ call, page }, { participantId, isBanned }) => {
      const role = await expectedRole(call, participantId)
      if (role === 'chair') throw new AppError('forbidden', 'the chair stays')
      await call.seats.remove(participantId, isBanned, page.identity.participantId)
      return {}
    },
  },
  'presence:mark': {
    allows: 'attendance:mark',
    needsSeat: true,
    logged: { action: 'presence.marked', detail: (payload) => ({ ...payload }) },
    run: async ({ call, page }, mark) => {
      await expectedRole(call, mark.participantId)
      if (mark.siteId !== null) await assertSite(call, mark.siteId)
      const by = page.identity.participantId
      await call.act((room, nowMs) => room.presence.mark(mark, by, nowMs), { isStored: true })
      return {}
    },
  },
} satisfies Pick<Handlers, 'participant:remove' | 'presence:mark'>

/** The role of somebody who is there or expected. @throws AppError not_found */
async function expectedRole(call: Call, id: ParticipantId): Promise<MeetingRole> {
  const { participants } = call.view
  const there = Object.hasOwn(participants, id) ? participants[id] : undefined
  if (there) return there.role
  const isIt = (person: { id: ParticipantId }): boolean => person.id === id
  const expected = call.plan.current.people.find(isIt) ?? (await call.plan.fresh()).people.find(isIt)
  if (!expected) throw new AppError('not_found')
  return expected.role
}

/** @throws AppError not_found */
async function assertSite(call: Call, id: SiteId): Promise<void> {
  const isIt = (site: { id: SiteId }): boolean => site.id === id
  if (call.plan.current.sites.some(isIt)) return
  if (!(await call.plan.fresh()).sites.some(isIt)) throw new AppError('not_found')
}

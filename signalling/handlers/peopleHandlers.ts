import { AppError } from '#contract/errors.ts'
import type { ParticipantId, SiteId } from '#contract/ids.ts'
import type { Session } from '../session.ts'
import type { Handlers } from './handler.ts'

/** Who is there. */
export const peopleHandlers = {
  'participant:remove': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ session, page }, { participantId, isBanned }) => {
      await assertExpected(session, participantId)
      await session.remove(participantId, isBanned, page.identity.participantId)
      return {}
    },
  },
  'presence:mark': {
    allows: 'attendance:mark',
    place: 'seat',
    run: async ({ session, page }, mark) => {
      await assertExpected(session, mark.participantId)
      if (mark.siteId !== null) await assertSite(session, mark.siteId)
      const by = page.identity.participantId
      await session.act((room, nowMs) => room.presence.mark(mark, by, nowMs), { isStored: true })
      return {}
    },
  },
} satisfies Pick<Handlers, 'participant:remove' | 'presence:mark'>

/** @throws AppError not_found */
async function assertExpected(session: Session, id: ParticipantId): Promise<void> {
  if (Object.hasOwn(session.view.participants, id)) return
  const isIt = (person: { id: ParticipantId }): boolean => person.id === id
  if (session.plan.current.people.some(isIt)) return
  if (!(await session.plan.fresh()).people.some(isIt)) throw new AppError('not_found')
}

/** @throws AppError not_found */
async function assertSite(session: Session, id: SiteId): Promise<void> {
  const isIt = (site: { id: SiteId }): boolean => site.id === id
  if (session.plan.current.sites.some(isIt)) return
  if (!(await session.plan.fresh()).sites.some(isIt)) throw new AppError('not_found')
}

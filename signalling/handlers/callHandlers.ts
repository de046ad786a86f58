import { AppError } from '#contract/errors.ts'
import type { SiteId } from '#contract/ids.ts'
import { siteWithUnit } from '#contract/siteName.ts'
import { actions, allows } from '#contract/permissions.ts'
import type { CallHello } from '#contract/replies.ts'
import { lobbyNewsOf } from '../callBroadcast.ts'
import type { Page } from '../page.ts'
import type { Call } from '../call.ts'
import type { HandlerContext, Handlers } from './handler.ts'

/** Coming, going and ending. */
export const callHandlers = {
  'call:hello': {
    allows: 'call:join',
    needsSeat: false,
    run: greet,
  },
  'call:join': {
    // Who may not open the call waits in the lobby until somebody did.
    allows: ({ call }) => (call.view.phase === 'waiting' ? 'call:open' : 'call:join'),
    refusal: 'meeting_not_open',
    needsSeat: false,
    logged: { action: 'call.joined' },
    run: async ({ call, page }, payload) =>
      call.seats.join(page, payload, await siteOf(call, page, payload.siteId)),
  },
  'call:leave': {
    allows: 'call:join',
    needsSeat: false,
    run: ({ call, page }) => {
      call.seats.leave(page)
      return {}
    },
  },
  'call:end': {
    allows: 'call:end',
    needsSeat: true,
    logged: { action: 'call.ended' },
    run: async ({ call, page }) => {
      await call.ending.end(page.identity.participantId)
      return {}
    },
  },
  'view:sync': {
    allows: 'call:join',
    needsSeat: true,
    run: ({ call, page }, { scope }) => call.pages.snapshot(page, scope),
  },
  'media:negotiate': {
    allows: 'call:join',
    needsSeat: true,
    run: async ({ call, page }, { message }) => ({
      reply: await call.media.negotiate(page.identity.participantId, message),
    }),
  },
} satisfies Pick<
  Handlers,
  'call:hello' | 'call:join' | 'call:leave' | 'call:end' | 'view:sync' | 'media:negotiate'
>

/**
 * The room in which the page sits, with its unit's name: a site's own, or the one it says, if it is of the meeting.
 * @throws AppError not_found
 */
async function siteOf(
  call: Call,
  page: Page,
  asked: SiteId | null,
): Promise<{ id: SiteId; name: string } | null> {
  const siteId = page.identity.kind === 'site' ? page.identity.siteId : asked
  if (siteId === null) return null
  const isHere = (site: { id: SiteId }): boolean => site.id === siteId
  const site = call.plan.current.sites.find(isHere) ?? (await call.plan.fresh()).sites.find(isHere)
  if (site) return { id: site.id, name: siteWithUnit(site) }
  // A terminal whose site was taken off the list still is that site.
  if (page.identity.kind === 'site') return { id: siteId, name: siteWithUnit(page.identity) }
  throw new AppError('not_found', 'no such site in this meeting')
}

async function greet({ call, page }: HandlerContext): Promise<CallHello> {
  const { identity } = page
  const [meeting, media] = await Promise.all([call.plan.fresh(), call.media.open()])
  const { phase, isRecording, present } = lobbyNewsOf(call.view)
  const subject = { unitId: meeting.unitId, meetingStatus: meeting.status }
  return {
    meeting: {
      id: meeting.id,
      title: meeting.title,
      kind: meeting.kind,
      status: meeting.status,
      startsAtMs: meeting.startsAtMs,
      endsAtMs: meeting.endsAtMs,
      place: meeting.place,
      hostUnitName: meeting.unitName,
      isRecordingPlanned: meeting.isRecordingPlanned,
    },
    me: {
      participantId: identity.participantId,
      name: identity.name,
      unitName: identity.unitName,
      role: identity.role,
      kind: identity.kind,
      may: actions.filter((action) => allows(identity.actor, action, subject)),
      isElsewhere: call.seats.isElsewhere(page),
    },
    phase,
    isRecording,
    sites: meeting.sites,
    present,
    expected: allows(identity.actor, 'attendance:see', subject)
      ? meeting.people.map(({ id, name, unitName, role, kind }) => ({ id, name, unitName, role, kind }))
      : [],
    media,
    serverTimeMs: call.now(),
  }
}

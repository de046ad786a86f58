import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { idText, line, momentMs, parseInput } from '#contract/input.ts'
import type { MeetingId } from '#contract/ids.ts'
import { type MeetingStatus, meetingStatuses } from '#contract/meeting.ts'
import type { MeetingChange } from '#contract/meetingChanged.ts'
import { AnnouncedPlan, MeetingPlan, PlanOutline, PlanStatus } from '#contract/plan.ts'
import { type Action, actions } from '#contract/permissions.ts'
import type { HeldRole } from '#contract/officeRole.ts'
import { actorOf } from '#contract/principal.ts'
import type { AgendaItem } from '#contract/room/agendaEvents.ts'
import type { Revocation } from '#contract/revocation.ts'
import type { SettingsReader } from '#contract/settings.ts'
import { appendAudit } from '#db/audit.ts'
import { changesBetween, meetingFacts } from '#db/meetingFacts.ts'
import type { Database } from '#db/client.ts'
import { addJoinLink, joinLinkEndMs, joinPath, revokeJoinLinks } from '#db/joinLinks.ts'
import { cancelMeeting, deleteMeeting, insertMeeting, updateMeeting } from '#db/meetingPlans.ts'
import { countMeetings, findMeeting, listMeetings, type MeetingAsker, type MeetingRow } from '#db/meetings.ts'
import { findLinkHolder, saveResponse } from '#db/participants.ts'
import { membersAmong } from '#db/people.ts'
import { sitesAmong, unitsCalled } from '#db/units.ts'
import { Budgets } from '#contract/budgets.ts'
import { limits } from '#contract/limits.ts'
import type { CallHome } from './callHome.ts'
import { editOf, type PlanEdit } from './lastEdit.ts'
import {
  accessTo,
  demandSettled,
  guard,
  guardAccount,
  type MeetingAccess,
  type Viewer,
} from '#office/access.ts'
import { type PlanWarning, shortNoticeOf, warningsOf } from './meetingPlan.ts'
import { type Home, homeOf, listItem, type MeetingListItem } from './meetingsHome.ts'

/** Somebody in a meeting. */
export type ParticipantRow = MeetingRow['participants'][number]

/** One item of a meeting's agenda. */
export type AgendaItemRow = MeetingRow['agenda'][number]

/** A meeting whole, as one viewer may see it. */
export interface MeetingDetail extends Omit<MeetingRow, 'hostUnitId'> {
  me: ParticipantRow | null
  /** What this viewer may do with this meeting now. */
  may: Action[]
}

/** Meetings from the plan to the end, as pages use them. */
export interface Meetings {
  /** Meetings that concern the viewer (own, and of units where the viewer is a secretary), newest start last. */
  list(
    viewer: Viewer,
    input: { fromMs?: number; toMs?: number; query?: string; status?: MeetingStatus; limit?: number },
  ): Promise<MeetingListItem[]>
  /** How many there are, whatever a list shows of them. */
  count(
    viewer: Viewer,
    input: { fromMs?: number; toMs?: number; query?: string; status?: MeetingStatus },
  ): Promise<number>
  /** Home: what is next and what waits. */
  home(viewer: Viewer): Promise<Home>
  get(viewer: Viewer, id: string): Promise<MeetingDetail>
  /** Who stored this version of the plan, for whoever may store the next one; null where that is not known. */
  editOf(viewer: Viewer, id: string, version: number): Promise<PlanEdit | null>
  /**
   * What a plan would break. Of a taken time only that it is taken, and only of oneself and of people and sites in the
   * units of one's office, below them, and of a lower level; such a question is in the audit log, and how many others
   * are unchecked is told. Throws `rate_limited`.
   * @param id of the meeting that it changes
   */
  check(viewer: Viewer, plan: PlanOutline, id?: string): Promise<PlanWarning[]>
  create(viewer: Viewer, plan: MeetingPlan, status: PlanStatus): Promise<{ id: MeetingId }>
  /**
   * Stores the whole plan or nothing of it. While the call is open the agenda is asked of its home.
   * @throws AppError conflict when `version` is stale; what the call's home says to the agenda
   */
  update(viewer: Viewer, id: string, version: number, plan: MeetingPlan, status: PlanStatus): Promise<void>
  cancel(viewer: Viewer, id: string, reason: string): Promise<void>
  /**
   * Deletes a plan for good; the audit log keeps what it was. One that was announced goes only when that was confirmed:
   * those invited learn nothing, as they would by `cancel`.
   * @throws AppError invalid_state when it was opened, called off, or announced without a confirmation
   */
  delete(viewer: Viewer, id: string, options: { isConfirmed: boolean }): Promise<void>
  /** Ends a call that nobody ends. @throws AppError what the call's home says */
  endCall(viewer: Viewer, id: string): Promise<void>
  /**
   * Opens a call again that ended by mistake, within a day and before its minutes were submitted.
   * @throws AppError invalid_state; what the call's home says
   */
  reopenCall(viewer: Viewer, id: string): Promise<void>
  respond(
    viewer: Viewer,
    id: string,
    input: { response: 'accepted' | 'declined'; reason: string },
  ): Promise<void>
  /** A new link for a guest or a site's terminal; earlier links of that participant are revoked. Shown once. */
  newJoinLink(
    viewer: Viewer,
    id: string,
    participantId: string,
  ): Promise<{ path: string; expiresAtMs: number }>
  revokeJoinLink(viewer: Viewer, id: string, participantId: string): Promise<void>
}

const dayMs = 24 * 3600_000

const List = z.object({
  fromMs: momentMs.optional(),
  toMs: momentMs.optional(),
  query: z.string().max(200).optional(),
  status: z.enum(meetingStatuses).optional(),
  limit: z.number().int().min(1).max(500).default(100),
})
const Version = z.number().int().min(1)
const Answer = z.object({ response: z.enum(['accepted', 'declined']), reason: line(limits.reason) })

/** A form asks after each change of its plan; whoever feels out somebody's days time by time needs far more. */
const checkBudget = { burst: 60, perSecond: 0.2, maxKeys: 10_000 }

/** What `createMeetings` needs. */
export interface MeetingsOptions {
  database: Database
  /** Told when a join link was taken back, or somebody was taken out of a plan. */
  onRevoked?: (revocation: Revocation) => void
  /** Told, after it is stored, what of a meeting changed. */
  onChanged?: (change: MeetingChange) => void
  /** Where the agenda of an open call is written. */
  callHome: CallHome
  now?: () => number
  settings: SettingsReader
}

/** Meetings from the plan to the end. */
export function createMeetings(options: MeetingsOptions): Meetings {
  const { database, settings, callHome } = options
  const now = options.now ?? Date.now
  const onRevoked = options.onRevoked ?? (() => undefined)
  const onChanged = options.onChanged ?? (() => undefined)
  const checks = new Budgets<string>(checkBudget)

  async function meetingFor({ standing }: MeetingAccess): Promise<MeetingRow> {
    const meeting = await findMeeting(database, standing.meetingId, standing.participant?.id ?? null, now())
    if (!meeting) throw new AppError('not_found', 'taken out at the same time')
    return meeting
  }

  /** Whoever is invited late is told why. @throws AppError bad_request naming the field */
  async function demandReason(plan: MeetingPlan, status: PlanStatus, id?: string): Promise<void> {
    if (status === 'draft' || plan.overrideReason !== '') return
    const short = await shortNoticeOf(database, plan, await settings.history(), now(), id)
    if (short) throw new AppError('bad_request', 'short notice', { detail: { field: 'overrideReason' } })
  }

  /** What may be done, and by whom it was. */
  async function demand(viewer: Viewer, id: string, action: Parameters<MeetingAccess['demand']>[0]) {
    const access = await accessTo(database, viewer, id)
    access.demand(action)
    return { access, id: access.standing.meetingId, actorId: access.actorId }
  }

  /**
   * What the call's home does over the bus cannot be one transaction with the log. So the log has first that it was
   * asked, or it is not asked; and then that it was done, as soon as the database takes it. Where this process dies
   * between them, the call's own events say whether it was.
   */
  async function atHome(
    { id, actorId }: { id: MeetingId; actorId: string },
    [asked, done]: readonly [string, string],
    act: () => Promise<void>,
  ): Promise<void> {
    await database.audit.record({ actorId, action: asked, subject: id }, now())
    await act()
    onChanged({ meetingId: id, part: 'plan' })
    await database.audit.keep({ actorId, action: done, subject: id }, now())
  }

  return {
    async list(viewer, input) {
      demandSettled(viewer)
      const { status, fromMs, ...rest } = parseInput(List, input)
      const items = await listMeetings(database, askerOf(viewer), {
        ...rest,
        fromMs,
        statuses: status && [status],
        keep: fromMs === undefined ? 'latest' : 'earliest',
      })
      return items.map(listItem)
    },

    async count(viewer, input) {
      demandSettled(viewer)
      const { status, fromMs, toMs, query } = parseInput(List, input)
      const asked = { fromMs, toMs, query, statuses: status && [status] }
      return countMeetings(database, askerOf(viewer), asked)
    },

    async home(viewer) {
      guardAccount(viewer)
      return homeOf(database, viewer, askerOf(viewer), {
        nowMs: now(),
        settings: await settings.history(),
      })
    },

    async get(viewer, id) {
      const { access } = await demand(viewer, id, 'meeting:see')
      return detailOf(await meetingFor(access), access)
    },

    async editOf(viewer, meetingId, version) {
      const { id } = await demand(viewer, meetingId, 'meeting:edit')
      return await editOf(database, id, version)
    },

    async check(viewer, input, id) {
      const plan = parseInput(PlanOutline, input)
      const known = id === undefined ? null : await demand(viewer, id, 'meeting:edit')
      if (known === null) guard(viewer, 'meeting:create', { unitId: plan.unitId })
      const actorId = guardAccount(viewer)
      if (!checks.take(actorId, 1, now())) throw new AppError('rate_limited')
      const unitIds = [...askerOf(viewer).secretaryOf, ...(known ? [known.access.standing.unitId] : [])]
      const called = await unitsCalled(database.prisma, unitIds)
      const chosen = [...(plan.userIds ?? []), ...(plan.chairUserId === null ? [] : [plan.chairUserId])]
      const wanted = [...new Set(chosen)]
      const wantedSites = [...new Set(plan.sites.map((site) => site.siteId))]
      const others = (await membersAmong(database.prisma, wanted, called)).filter((one) => one !== actorId)
      const own = wanted.includes(actorId) ? [actorId] : []
      const siteIds = await sitesAmong(database.prisma, wantedSites, called)
      const asked = { userIds: [...own, ...others], siteIds }
      const found = await warningsOf(database, plan, await settings.history(), now(), asked, id)
      const unchecked = {
        people: wanted.length - asked.userIds.length,
        sites: wantedSites.length - siteIds.length,
      }
      if (unchecked.people + unchecked.sites > 0) found.push({ code: 'unchecked', detail: unchecked })
      if (others.length + siteIds.length > 0) {
        const { startsAtMs, endsAtMs } = plan
        const userIds = others.slice(0, 20)
        const detail = { startsAtMs, endsAtMs, userIds, count: others.length, siteIds }
        await database.audit.record(
          { actorId, action: 'schedule.asked', subject: plan.unitId, detail },
          now(),
        )
      }
      return found
    },

    async create(viewer, input, status) {
      const saved = parseInput(PlanStatus, status)
      const plan = planOf(input, saved)
      const actorId = guard(viewer, 'meeting:create', { unitId: plan.unitId })
      await demandReason(plan, saved)
      const id = await database.transact(async (tx) => {
        const made = await insertMeeting(tx, plan, { status: saved, createdById: actorId }, now())
        const { unitId, overrideReason } = plan
        const detail = { unitId, overrideReason, changes: changesBetween({}, await meetingFacts(tx, made)) }
        appendAudit(tx, { actorId, action: 'meeting.created', subject: made, detail }, now())
        return made
      })
      onChanged({ meetingId: id, part: 'plan', version: 1 })
      return { id }
    },

    async update(viewer, meetingId, version, input, status) {
      const { access, id, actorId } = await demand(viewer, meetingId, 'meeting:edit')
      const saved = parseInput(PlanStatus, status)
      const plan = planOf(input, saved)
      // It may be handed to another unit by who may make meetings there.
      if (plan.unitId !== access.standing.unitId) guard(viewer, 'meeting:create', { unitId: plan.unitId })
      await demandReason(plan, saved, id)
      const store = (from: number, wanted: MeetingPlan) =>
        database.transact(async (tx) => {
          const before = await meetingFacts(tx, id)
          const done = await updateMeeting(tx, id, from, wanted, saved, now())
          if (done.agenda) throw new AgendaFirst(done.agenda)
          const { unitId, overrideReason } = wanted
          const changes = changesBetween(before, await meetingFacts(tx, id))
          const detail = { unitId, version: from + 1, overrideReason, changes }
          appendAudit(tx, { actorId, action: 'meeting.updated', subject: id, detail }, now())
          return { removed: done.removed, version: from + 1 }
        })
      const read = parseInput(Version, version)
      const done = await store(read, plan).catch(async (error: unknown) => {
        if (!(error instanceof AgendaFirst)) throw error
        // Nothing stands in the plan's way but its call: once that has the agenda, the rest goes on top.
        try {
          await callHome.changeAgenda(id, { items: error.agenda, version: read, by: actorId })
          return await store(read + 1, { ...plan, agenda: error.agenda })
        } catch (refused) {
          onChanged({ meetingId: id, part: 'plan' }) // it may have the agenda all the same
          throw refused
        }
      })
      for (const row of done.removed) onRevoked({ kind: 'participant', meetingId: id, participantId: row.id })
      const formerUserIds = done.removed.flatMap(({ userId }) => (userId === null ? [] : [userId]))
      onChanged({ meetingId: id, part: 'plan', version: done.version, formerUserIds })
    },

    async cancel(viewer, meetingId, reason) {
      const { id, actorId } = await demand(viewer, meetingId, 'meeting:cancel')
      const cancelReason = parseInput(line(limits.reason, 1), reason)
      await database.transact(async (tx) => {
        await cancelMeeting(tx, id, cancelReason)
        appendAudit(
          tx,
          { actorId, action: 'meeting.cancelled', subject: id, detail: { cancelReason } },
          now(),
        )
      })
      onChanged({ meetingId: id, part: 'plan' })
    },

    async delete(viewer, meetingId, { isConfirmed }) {
      const { access, id, actorId } = await demand(viewer, meetingId, 'meeting:delete')
      const { version } = await meetingFor(access)
      const formerUserIds = await database.transact(async (tx) => {
        const was = await meetingFacts(tx, id)
        const concerned = await deleteMeeting(tx, id, isConfirmed ? ['draft', 'scheduled'] : ['draft'])
        const detail = { version, was }
        appendAudit(tx, { actorId, action: 'meeting.deleted', subject: id, detail }, now())
        return concerned
      })
      onChanged({ meetingId: id, part: 'plan', formerUserIds })
    },

    async endCall(viewer, meetingId) {
      const asked = await demand(viewer, meetingId, 'meeting:end')
      await atHome(asked, ['call.endAsked', 'call.endedFromOffice'], () => callHome.endCall(asked.id))
    },

    async reopenCall(viewer, meetingId) {
      const asked = await demand(viewer, meetingId, 'meeting:reopen')
      const { access, id, actorId } = asked
      const { minutesState } = access.standing
      if (minutesState !== null && minutesState !== 'draft')
        throw new AppError('invalid_state', `its minutes are ${minutesState}`)
      const { endedAtMs } = await meetingFor(access)
      if (endedAtMs === null || now() - endedAtMs > dayMs)
        throw new AppError('invalid_state', 'it ended more than a day ago')
      await atHome(asked, ['call.reopenAsked', 'call.reopened'], () => callHome.reopenCall(id, actorId))
    },

    async respond(viewer, meetingId, input) {
      const { access } = await demand(viewer, meetingId, 'meeting:see')
      const { response, reason } = parseInput(Answer, input)
      const { participant, status } = access.standing
      if (participant === null) throw new AppError('forbidden', 'not invited')
      if (status !== 'scheduled') throw new AppError('invalid_state', `a meeting that is ${status}`)
      const { actorId, standing } = access
      const detail = { participantId: participant.id, response }
      const fact = { actorId, action: 'invitation.answered', subject: standing.meetingId, detail }
      await database.transact(async (tx) => {
        await saveResponse(tx, participant.id, { response, reason, atMs: now() })
        appendAudit(tx, fact, now())
      })
      onChanged({ meetingId: access.standing.meetingId, part: 'plan' })
    },

    async newJoinLink(viewer, meetingId, participantId) {
      const { id, actorId } = await demand(viewer, meetingId, 'meeting:edit')
      const link = await database.transact(async (tx) => {
        const participant = await findLinkHolder(tx, id, parseInput(idText, participantId))
        if (participant.isBanned) throw new AppError('removed')
        const expiresAtMs = joinLinkEndMs(participant.meetingEndsAtMs, now())
        const ids = { meetingId: id, participantId: participant.id }
        const token = await addJoinLink(tx, { ...ids, expiresAtMs }, now())
        const detail = { participantId: participant.id }
        appendAudit(tx, { actorId, action: 'joinLink.created', subject: id, detail }, now())
        return { path: joinPath(token), expiresAtMs, ...ids }
      })
      onRevoked({ kind: 'link', meetingId: id, participantId: link.participantId })
      return { path: link.path, expiresAtMs: link.expiresAtMs }
    },

    async revokeJoinLink(viewer, meetingId, participantId) {
      const { id, actorId } = await demand(viewer, meetingId, 'meeting:edit')
      const revoked = await database.transact(async (tx) => {
        const participant = await findLinkHolder(tx, id, parseInput(idText, participantId))
        await revokeJoinLinks(tx, participant.id, now())
        const detail = { participantId: participant.id }
        appendAudit(tx, { actorId, action: 'joinLink.revoked', subject: id, detail }, now())
        return participant.id
      })
      onRevoked({ kind: 'link', meetingId: id, participantId: revoked })
    },
  }
}

/** Rolls a plan back, which holds in all but the agenda: that is the open call's to write. */
class AgendaFirst extends AppError {
  readonly agenda: AgendaItem[]

  constructor(agenda: AgendaItem[]) {
    super('conflict', 'the call has another agenda')
    this.agenda = agenda
  }
}

/** @throws AppError bad_request with `detail.field` */
function planOf(input: unknown, status: PlanStatus): MeetingPlan {
  return parseInput(status === 'scheduled' ? AnnouncedPlan : MeetingPlan, input)
}

function askerOf(viewer: Viewer): MeetingAsker {
  const heldAs = (role: HeldRole) =>
    actorOf(viewer).unitRoles.flatMap((held) => (held.role === role ? [held.unitId] : []))
  return {
    userId: viewer.account?.userId ?? null,
    participantIds: viewer.links.map((link) => link.participantId),
    secretaryOf: heldAs('secretary'),
    clerkOf: heldAs('clerk'),
  }
}

function detailOf(meeting: MeetingRow, access: MeetingAccess): MeetingDetail {
  const { hostUnitId: _unit, ...row } = meeting
  const participantId = access.standing.participant?.id
  const me = row.participants.find((one) => one.id === participantId) ?? null
  // Why somebody cannot come is for those who run the meeting.
  const seesReasons = access.may('attendance:see')
  const participants = row.participants.map((one) =>
    seesReasons || one.id === participantId ? one : { ...one, responseReason: '', hasLink: false },
  )
  return { ...row, participants, me, may: actions.filter(access.may) }
}

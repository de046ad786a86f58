import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { AgendaItemId, MeetingId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import type { MeetingPlan, PlanStatus } from '#contract/plan.ts'
import type { AgendaItem } from '#contract/room/agendaEvents.ts'
import { searchText } from '#contract/vietnamese.ts'
import { accountInclude, accountOf } from './accounts.ts'
import type { Database, PrismaTx } from './client.ts'
import { moveJoinLinks } from './joinLinks.ts'
import { saveSitting, sittingMandates } from './sittings.ts'
import { fullUnitName, validAt } from './units.ts'

/** Puts a meeting in with all that its plan names. @throws AppError bad_request naming the field */
export async function insertMeeting(
  tx: PrismaTx,
  plan: MeetingPlan,
  meeting: { status: PlanStatus; createdById: string | null; isSample?: boolean },
  nowMs: number,
): Promise<MeetingId> {
  await demandUnits(tx, plan)
  const announcedAt = meeting.status === 'scheduled' ? new Date(nowMs) : null
  const { id } = await tx.meeting.create({ data: { ...columnsOf(plan), ...meeting, announcedAt } })
  await saveParts(tx, id, plan, false)
  await saveAgenda(tx, id, await wantedAgenda(tx, id, plan))
  return MeetingId.parse(id)
}

/** What an update of a plan leaves to do, once it is stored. */
export interface PlanUpdate {
  /** Participants who are no longer in it, and those of their accounts that are known. */
  removed: { id: string; userId: string | null }[]
  /** Of an open call, whose agenda its room writes: what it should become; null when it stays as it is. */
  agenda: AgendaItem[] | null
}

/**
 * Replaces a meeting's plan. Whoever stays keeps the participant's id, and with it answer and link; a link
 * follows the meeting's end.
 * @throws AppError conflict when `version` is stale; invalid_state when it is over, when a meeting that was announced
 * would become a draft, or when somebody would be taken out of an open call; bad_request naming the field
 */
export async function updateMeeting(
  tx: PrismaTx,
  id: string,
  version: number,
  plan: MeetingPlan,
  status: PlanStatus,
  nowMs: number,
): Promise<PlanUpdate> {
  const { count } = await tx.meeting.updateMany({
    where: { id, version },
    data: { version: { increment: 1 } },
  })
  if (count === 0) throw new AppError('conflict', 'the meeting was changed since it was read')
  const before = await tx.meeting.findUniqueOrThrow({ where: { id }, select: { status: true, endsAt: true } })
  const isOpen = before.status === 'open'
  if (
    before.status === 'ended' ||
    before.status === 'cancelled' ||
    (before.status !== 'draft' && status === 'draft')
  ) {
    throw new AppError('invalid_state', `a meeting that is ${before.status}`)
  }
  await demandUnits(tx, plan)
  await tx.meeting.update({ where: { id }, data: { ...columnsOf(plan), status: isOpen ? 'open' : status } })
  if (plan.endsAtMs !== before.endsAt.getTime()) await moveJoinLinks(tx, id, plan.endsAtMs, nowMs)
  if (status === 'scheduled') {
    await tx.meeting.updateMany({ where: { id, announcedAt: null }, data: { announcedAt: new Date(nowMs) } })
  }
  const removed = await saveParts(tx, id, plan, isOpen)
  const agenda = await wantedAgenda(tx, id, plan)
  if (!isOpen) await saveAgenda(tx, id, agenda)
  return { removed, agenda: isOpen && !(await isAgenda(tx, id, agenda)) ? agenda : null }
}

/** When a meeting was first announced; null for a draft. @throws AppError storage_unavailable */
export async function announcedAtMs(database: Database, id: string): Promise<number | null> {
  const found = await database.prisma.meeting.findUnique({ where: { id }, select: { announcedAt: true } })
  return found?.announcedAt?.getTime() ?? null
}

/** Calls a meeting off. @throws AppError invalid_state when it began or is over */
export async function cancelMeeting(tx: PrismaTx, id: string, cancelReason: string): Promise<void> {
  const { count } = await tx.meeting.updateMany({
    where: { id, status: { in: ['draft', 'scheduled'] } },
    data: { status: 'cancelled', cancelReason, version: { increment: 1 } },
  })
  if (count === 0) throw new AppError('invalid_state', 'it began or is over')
}

/**
 * Takes a plan away with all that hangs on it; returns the accounts whom it concerned. Nothing may have happened in it:
 * whatever was opened stays for good.
 * @param statuses in which it may go
 * @throws AppError invalid_state when it is in another, or something of a call is kept
 */
export async function deleteMeeting(
  tx: PrismaTx,
  id: string,
  statuses: readonly PlanStatus[],
): Promise<string[]> {
  const found = await tx.meeting.findUnique({
    where: { id },
    select: {
      participants: { where: { userId: { not: null } }, select: { userId: true } },
      unit: { select: { members: { where: { role: 'secretary' }, select: { userId: true } } } },
    },
  })
  const { count } = await tx.meeting.deleteMany({
    where: {
      id,
      status: { in: [...statuses] },
      openedAt: null,
      events: { none: {} },
      recordings: { none: {} },
      minutes: { is: null },
    },
  })
  if (count === 0) throw new AppError('invalid_state', `it is not ${statuses.join(' or ')}, or was opened`)
  return [...(found?.participants ?? []), ...(found?.unit.members ?? [])].flatMap(
    ({ userId }) => userId ?? [],
  )
}

function columnsOf(plan: MeetingPlan) {
  const {
    unitId,
    kind,
    title,
    description,
    place,
    isRecordingPlanned,
    isDeclaredUnclassified,
    overrideReason,
  } = plan
  return {
    ...{
      unitId,
      kind,
      title,
      description,
      place,
      isRecordingPlanned,
      isDeclaredUnclassified,
      overrideReason,
    },
    titleSearch: searchText(title),
    placeSearch: searchText(place),
    startsAt: new Date(plan.startsAtMs),
    endsAt: new Date(plan.endsAtMs),
  }
}

/** Units of the meeting's day: an abolished one neither holds nor is invited. */
async function demandUnits(tx: PrismaTx, plan: MeetingPlan): Promise<void> {
  const ids = [plan.unitId, ...plan.unitIds]
  const where = { id: { in: ids }, ...validAt(plan.startsAtMs) }
  const found = new Set((await tx.unit.findMany({ where, select: { id: true } })).map((unit) => unit.id))
  if (!found.has(plan.unitId)) throw wrongField('unitId')
  const lacking = ids.find((id) => !found.has(id))
  if (lacking !== undefined) throw wrongField('unitIds', lacking)
}

async function saveParts(
  tx: PrismaTx,
  meetingId: string,
  plan: MeetingPlan,
  isOpen: boolean,
): Promise<PlanUpdate['removed']> {
  await tx.meetingUnit.deleteMany({ where: { meetingId } })
  await tx.meetingUnit.createMany({ data: plan.unitIds.map((unitId) => ({ meetingId, unitId })) })
  await tx.meetingSite.deleteMany({ where: { meetingId } })
  await saveSitting(tx, meetingId, plan)
  const removed = await saveParticipants(tx, meetingId, plan, isOpen)
  await tx.meetingSite.createMany({
    data: plan.sites.map(({ siteId, role }) => ({ meetingId, siteId, role })),
  })
  return removed
}

/** A participant as the plan wants it; `match` finds the row that is there already. */
interface Wanted {
  match: { id?: string; userId?: string; siteId?: string }
  kind: 'person' | 'site'
  userId: string | null
  siteId: string | null
  unitId: string | null
  name: string
  position: string
  unitName: string
  role: MeetingRole
  mandateId: string | null
}

async function saveParticipants(
  tx: PrismaTx,
  meetingId: string,
  plan: MeetingPlan,
  isOpen: boolean,
): Promise<PlanUpdate['removed']> {
  const there = await tx.participant.findMany({ where: { meetingId } })
  const invited = new Set(there.map((row) => row.userId))
  const wanted = [
    ...(await wantedPeople(tx, plan, invited)),
    ...(await wantedGuests(tx, meetingId, plan)),
    ...(await wantedSites(tx, plan)),
  ]
  const kept = new Set<string>()
  const added: Omit<Wanted, 'match'>[] = []
  for (const { match, ...columns } of wanted) {
    const row = there.find(
      (one) =>
        (match.id !== undefined && one.id === match.id && one.userId === null && one.kind === 'person') ||
        (match.userId !== undefined && one.userId === match.userId) ||
        (match.siteId !== undefined && one.kind === 'site' && one.siteId === match.siteId),
    )
    if (match.id !== undefined && (!row || kept.has(row.id))) throw wrongField('guests')
    if (!row) {
      added.push(columns)
      continue
    }
    kept.add(row.id)
    // Name, position and unit of those with an account are the record of the day on which they were invited.
    const { role, name, position, unitName, mandateId } = columns
    const member = mandateId === null ? {} : { mandateId } // stays while nothing else is said of it
    const data = match.id === undefined ? { role } : { role, name, position, unitName, ...member }
    const isSame = Object.entries(data).every(([key, value]) => Reflect.get(row, key) === value)
    if (!isSame) await tx.participant.update({ where: { id: row.id }, data })
  }
  const removed = there.filter((row) => !kept.has(row.id)).map(({ id, userId }) => ({ id, userId }))
  if (isOpen && removed.length > 0) {
    throw new AppError('invalid_state', 'nobody is taken out of the plan of an open call', {
      detail: { field: 'people' },
    })
  }
  await tx.participant.deleteMany({ where: { id: { in: removed.map((row) => row.id) } } })
  await tx.participant.createMany({ data: added.map((row) => ({ ...row, meetingId })) })
  return removed
}

/** Nobody invites a shut account; who was invited before it was shut does not hold up what else is changed. */
async function wantedPeople(
  tx: PrismaTx,
  plan: MeetingPlan,
  invitedBefore: ReadonlySet<string | null>,
): Promise<Wanted[]> {
  const invited: { userId: string; role: MeetingRole; field: string }[] = [
    { userId: plan.chairUserId, role: 'chair', field: 'chairUserId' },
    { userId: plan.secretaryUserId, role: 'secretary', field: 'secretaryUserId' },
    ...plan.people.map((one) => ({ ...one, field: 'people' })),
  ]
  const ids = invited.map((one) => one.userId)
  const rows = await tx.user.findMany({ where: { id: { in: ids } }, include: accountInclude })
  const byId = new Map(rows.map((row) => [row.id, accountOf(row)]))
  return invited.map(({ userId, role, field }) => {
    const account = byId.get(userId)
    if (!account || (account.isDisabled && !invitedBefore.has(userId))) throw wrongField(field, userId)
    // Of several units, the one that holds the meeting or is invited to it.
    const unit =
      account.units.find(({ id }) => id === plan.unitId) ??
      account.units.find(({ id }) => plan.unitIds.includes(id)) ??
      account.units[0]
    return {
      match: { userId },
      kind: 'person',
      userId,
      siteId: null,
      unitId: unit?.id ?? null,
      name: account.name,
      position: unit?.position ?? '',
      unitName: unit?.name ?? '',
      role,
      mandateId: null,
    }
  })
}

/** A member without an account is a guest by link, known by the mandate. */
async function wantedGuests(tx: PrismaTx, meetingId: string, plan: MeetingPlan): Promise<Wanted[]> {
  const named = plan.guests.flatMap(({ mandateId }) => mandateId ?? [])
  const known = await sittingMandates(tx, meetingId, plan.startsAtMs, named)
  if (named.some((mandateId) => !known.has(mandateId))) throw wrongField('guests')
  return plan.guests.map(({ id, name, position, unitName, mandateId = null }) => ({
    match: id === undefined ? {} : { id },
    kind: 'person',
    userId: null,
    siteId: null,
    unitId: null,
    ...{ name, position, unitName, mandateId },
    role: 'guest',
  }))
}

async function wantedSites(tx: PrismaTx, plan: MeetingPlan): Promise<Wanted[]> {
  const ids = plan.sites.map((one) => one.siteId)
  const where = { id: { in: ids }, unit: validAt(plan.startsAtMs) }
  const rows = await tx.site.findMany({ where, include: { unit: true } })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((siteId) => {
    const site = byId.get(siteId)
    if (!site) throw wrongField('sites', siteId)
    return {
      match: { siteId },
      kind: 'site',
      userId: null,
      siteId,
      unitId: site.unitId,
      name: site.name,
      position: '',
      unitName: fullUnitName(site.unit),
      role: 'delegate',
      mandateId: null,
    }
  })
}

/** Items that stay keep their id: what was minuted under it stays theirs. @throws AppError bad_request naming the field */
async function wantedAgenda(tx: PrismaTx, meetingId: string, plan: MeetingPlan): Promise<AgendaItem[]> {
  const there = new Set(
    (await tx.agendaItem.findMany({ where: { meetingId }, select: { id: true } })).map((item) => item.id),
  )
  const kept = plan.agenda.flatMap((item) => (item.id === undefined ? [] : [item.id]))
  if (kept.some((id) => !there.has(id)) || new Set(kept).size !== kept.length) throw wrongField('agenda')
  return plan.agenda.map(({ id, ...item }) => ({ ...item, id: AgendaItemId.parse(id ?? randomUUID()) }))
}

async function isAgenda(tx: PrismaTx, meetingId: string, wanted: AgendaItem[]): Promise<boolean> {
  const there = await tx.agendaItem.findMany({ where: { meetingId }, orderBy: { position: 'asc' } })
  const said = (items: { id: string; title: string; presenter: string; durationMin: number | null }[]) =>
    JSON.stringify(items.map(({ id, title, presenter, durationMin }) => [id, title, presenter, durationMin]))
  return said(there) === said(wanted)
}

async function saveAgenda(tx: PrismaTx, meetingId: string, items: AgendaItem[]): Promise<void> {
  await tx.agendaItem.deleteMany({ where: { meetingId, id: { notIn: items.map((item) => item.id) } } })
  for (const [position, item] of items.entries()) {
    const data = { ...item, position, meetingId }
    await tx.agendaItem.upsert({ where: { id: item.id }, create: data, update: data })
  }
}

/** @param id of what is not there, or cannot be chosen any more */
function wrongField(field: string, id?: string): AppError {
  return new AppError('bad_request', `${field} names what is not there`, {
    detail: { field, ...(id === undefined ? {} : { id }) },
  })
}

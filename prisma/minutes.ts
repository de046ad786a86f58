import { toDateInput } from '#contract/cityTime.ts'
import { minutesStates, type MinutesState } from '#contract/meeting.ts'
import { MinutesContent } from '#contract/minutes.ts'
import { AppError } from '#contract/errors.ts'
import { appendAudit } from './audit.ts'
import type { Database, PrismaTx } from './client.ts'

/** A meeting's minutes as they are stored; times are epoch milliseconds. */
export interface MinutesRow {
  meetingId: string
  state: MinutesState
  content: MinutesContent
  version: number
  returnNote: string
  submittedAtMs: number | null
  approvedAtMs: number | null
  approvedByName: string
  publishedAtMs: number | null
  updatedAtMs: number
}

/** Who acts, for the log, and when. */
export interface MinutesAct {
  /** A user's id, or a guest's participant id. */
  actorId: string
  userId: string | null
  atMs: number
}

/** Null when there are none. @throws AppError storage_unavailable */
export async function findMinutes(database: Database, meetingId: string): Promise<MinutesRow | null> {
  const row = await database.prisma.minutes.findUnique({ where: { meetingId } })
  if (!row) return null
  const state = minutesStates.find((one) => one === row.state)
  if (!state) throw new Error(`unknown state of minutes: ${row.state}`)
  return {
    meetingId,
    state,
    content: MinutesContent.parse(row.content),
    version: row.version,
    returnNote: row.returnNote,
    submittedAtMs: row.submittedAt?.getTime() ?? null,
    approvedAtMs: row.approvedAt?.getTime() ?? null,
    approvedByName: row.approvedByName,
    publishedAtMs: row.publishedAt?.getTime() ?? null,
    updatedAtMs: row.updatedAt.getTime(),
  }
}

/** Stores the first version, unless somebody else just did. @throws AppError storage_unavailable */
export async function insertMinutes(
  database: Database,
  meetingId: string,
  content: MinutesContent,
  act: MinutesAct,
): Promise<void> {
  await database.transact(async (tx) => {
    const { count } = await tx.minutes.createMany({ data: [{ meetingId, content }], skipDuplicates: true })
    if (count === 0) return
    await keepVersion(tx, meetingId, 1, content, act, true)
    logged(tx, meetingId, 'minutes.drafted', 1, act)
  })
}

/**
 * Replaces the content of a draft. What others wrote, and what this writer wrote before this quarter of an hour, stays
 * in the history.
 * @param isApart what is there stays in the history whoever wrote it
 * @returns the new version
 * @throws AppError conflict (somebody saved since), invalid_state (no draft any more), not_found, storage_unavailable
 */
export async function saveMinutes(
  database: Database,
  meetingId: string,
  version: number,
  content: MinutesContent,
  act: MinutesAct,
  isApart = false,
): Promise<number> {
  await database.transact(async (tx) => {
    const { count } = await tx.minutes.updateMany({
      where: { meetingId, version, state: 'draft' },
      data: { content, version: version + 1 },
    })
    if (count === 0) throw await refusal(tx, meetingId, version)
    await keepVersion(tx, meetingId, version + 1, content, act, isApart)
    logged(tx, meetingId, 'minutes.saved', version + 1, act)
  })
  return version + 1
}

/** A step from one state to the next, and what is noted with it. */
export type MinutesStep =
  | { to: 'submitted' }
  | { to: 'returned'; note: string }
  | { to: 'recalled' }
  | { to: 'approved'; byName: string }
  | { to: 'published' }

/**
 * draft → submitted → approved → published; submitted → draft, sent back or taken back. Binds exactly the version that
 * was seen.
 * @param version null: whatever it is now (only a return, which changes no content's standing)
 * @throws AppError conflict, invalid_state, not_found, storage_unavailable
 */
export async function advanceMinutes(
  database: Database,
  meetingId: string,
  version: number | null,
  step: MinutesStep,
  act: MinutesAct,
): Promise<void> {
  await database.transact((tx) => advance(tx, meetingId, version, step, act))
}

/**
 * Gives approved minutes their number, and publishes them where that is asked for: a version of its own, since what was
 * approved stays as it was seen. @returns the new version
 * @throws AppError conflict (another version; or with `detail.field`, the number is another document's of the same unit,
 * symbol and year), invalid_state, not_found, storage_unavailable
 */
export async function numberMinutes(
  database: Database,
  meetingId: string,
  version: number,
  docNumber: string,
  act: MinutesAct,
  isPublished: boolean,
): Promise<number> {
  await database.transact(async (tx) => {
    const row = await tx.minutes.findUnique({ where: { meetingId, version, state: 'approved' } })
    if (!row) throw await refusal(tx, meetingId, version)
    const content = { ...MinutesContent.parse(row.content), docNumber }
    await demandFreeNumber(tx, meetingId, content)
    const { count } = await tx.minutes.updateMany({
      where: { meetingId, version, state: 'approved' },
      data: { content, version: version + 1 },
    })
    if (count === 0) throw await refusal(tx, meetingId, version)
    await keepVersion(tx, meetingId, version + 1, content, act, true)
    await tx.minutesVersion.updateMany({
      where: { minutesId: row.id, version: version + 1 },
      data: { step: 'numbered' },
    })
    logged(tx, meetingId, 'minutes.numbered', version + 1, act)
    if (isPublished) await advance(tx, meetingId, version + 1, { to: 'published' }, act)
  })
  return version + 1
}

/** A number, with its symbol, is one document's of a unit in a year. */
async function demandFreeNumber(tx: PrismaTx, meetingId: string, content: MinutesContent): Promise<void> {
  const { unitId } = await tx.meeting.findUniqueOrThrow({
    where: { id: meetingId },
    select: { unitId: true },
  })
  // One after the other, or two would both find it free.
  await tx.$queryRaw`SELECT 1 FROM "unit" WHERE "id" = ${unitId} FOR UPDATE`
  const others = await tx.minutes.findMany({
    where: {
      meetingId: { not: meetingId },
      state: { in: ['approved', 'published'] },
      meeting: { unitId },
      content: { path: ['docSymbol'], equals: content.docSymbol },
    },
    select: { content: true },
  })
  const bare = (number: string): string => number.trim().replace(/^0+/u, '').toLowerCase()
  const yearOf = (atMs: number): string => toDateInput(atMs).slice(0, 4)
  const isTaken = others.some((other) => {
    const { docNumber, dateMs } = MinutesContent.parse(other.content)
    return bare(docNumber) === bare(content.docNumber) && yearOf(dateMs) === yearOf(content.dateMs)
  })
  if (isTaken)
    throw new AppError('conflict', 'the number is taken', {
      detail: { field: 'docNumber', reason: 'taken' },
    })
}

async function advance(
  tx: PrismaTx,
  meetingId: string,
  version: number | null,
  step: MinutesStep,
  act: MinutesAct,
): Promise<void> {
  const { from, data } = transition(step, new Date(act.atMs))
  const { count } = await tx.minutes.updateMany({
    where: { meetingId, state: from, ...(version === null ? {} : { version }) },
    data,
  })
  if (count === 0) throw await refusal(tx, meetingId, version)
  const now = await tx.minutes.findUniqueOrThrow({
    where: { meetingId },
    select: { id: true, version: true },
  })
  await tx.minutesVersion.updateMany({
    where: { minutesId: now.id, version: now.version },
    data: { step: step.to },
  })
  logged(tx, meetingId, `minutes.${step.to}`, now.version, act)
}

function transition(
  step: MinutesStep,
  at: Date,
): {
  from: MinutesState
  data: {
    state: MinutesState
    returnNote?: string
    submittedAt?: Date | null
    approvedAt?: Date
    approvedByName?: string
    publishedAt?: Date
  }
} {
  switch (step.to) {
    case 'submitted':
      return { from: 'draft', data: { state: 'submitted', submittedAt: at, returnNote: '' } }
    case 'returned':
      return { from: 'submitted', data: { state: 'draft', submittedAt: null, returnNote: step.note } }
    case 'recalled':
      return { from: 'submitted', data: { state: 'draft', submittedAt: null } }
    case 'approved':
      return {
        from: 'submitted',
        data: { state: 'approved', approvedAt: at, approvedByName: step.byName },
      }
    case 'published':
      return { from: 'approved', data: { state: 'published', publishedAt: at } }
  }
}

/** Why nothing was changed. */
async function refusal(tx: PrismaTx, meetingId: string, version: number | null): Promise<AppError> {
  const row = await tx.minutes.findUnique({ where: { meetingId }, select: { version: true, state: true } })
  if (!row) return new AppError('not_found', 'there are no minutes')
  return version !== null && row.version !== version
    ? new AppError('conflict', `version ${version} was seen, ${row.version} is there`, {
        detail: { version: row.version },
      })
    : new AppError('invalid_state', `the minutes are ${row.state}`, { detail: { state: row.state } })
}

/** How long one writer's saves are one version. */
const versionMs = 15 * 60_000

/**
 * What is the same writer's of this quarter of an hour, is the newest and was shown to nobody gives way to what is
 * saved now.
 */
async function keepVersion(
  tx: PrismaTx,
  meetingId: string,
  version: number,
  content: MinutesContent,
  act: MinutesAct,
  isApart: boolean,
): Promise<void> {
  const { id } = await tx.minutes.findUniqueOrThrow({ where: { meetingId }, select: { id: true } })
  const data = { version, content, savedById: act.userId, savedAt: new Date(act.atMs) }
  const { count } = await tx.minutesVersion.updateMany({
    where: {
      minutesId: id,
      // The first is the meeting's own draft: what the writers made of it can be seen.
      version: isApart ? { in: [] } : { equals: version - 1, gt: 1 },
      savedById: act.userId,
      savedAt: { gte: new Date(act.atMs - (act.atMs % versionMs)) },
      step: 'draft',
    },
    data,
  })
  if (count === 0) await tx.minutesVersion.create({ data: { minutesId: id, ...data } })
}

function logged(tx: PrismaTx, meetingId: string, action: string, version: number, act: MinutesAct): void {
  appendAudit(tx, { actorId: act.actorId, action, subject: meetingId, detail: { version } }, act.atMs)
}

const versionSteps = [
  'draft',
  'submitted',
  'returned',
  'recalled',
  'approved',
  'numbered',
  'published',
] as const

/** A version in the history. */
export interface MinutesVersionRow {
  version: number
  savedAtMs: number
  /** Empty for who has no account. */
  savedByName: string
  /** The last step that bound exactly this version; draft when none did. */
  step: (typeof versionSteps)[number]
}

/** The versions that are kept, the newest first. @throws AppError storage_unavailable */
export async function listMinutesVersions(
  database: Database,
  meetingId: string,
): Promise<MinutesVersionRow[]> {
  const minutes = await database.prisma.minutes.findUnique({
    where: { meetingId },
    select: { version: true, state: true },
  })
  const rows = await database.prisma.minutesVersion.findMany({
    where: { minutes: { meetingId } },
    orderBy: { version: 'desc' },
    select: { version: true, savedAt: true, savedById: true, step: true },
  })
  const ids = rows.flatMap((row) => row.savedById ?? [])
  const users = await database.prisma.user.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true },
  })
  const names = new Map(users.map((user) => [user.id, user.name]))
  return rows.map((row) => {
    // Rows of earlier releases do not say it of themselves.
    const step = row.step === 'draft' && row.version === minutes?.version ? minutes.state : row.step
    return {
      version: row.version,
      savedAtMs: row.savedAt.getTime(),
      savedByName: names.get(row.savedById ?? '') ?? '',
      step: versionSteps.find((one) => one === step) ?? 'draft',
    }
  })
}

/** What one version said. @throws AppError not_found, storage_unavailable */
export async function readMinutesVersion(
  database: Database,
  meetingId: string,
  version: number,
): Promise<MinutesContent> {
  const row = await database.prisma.minutesVersion.findFirst({
    where: { minutes: { meetingId }, version },
    select: { content: true },
  })
  if (!row) throw new AppError('not_found', 'no such version of the minutes')
  return MinutesContent.parse(row.content)
}

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
    await keepVersion(tx, meetingId, 1, content, act)
    await logged(tx, meetingId, 'minutes.drafted', 1, act)
  })
}

/**
 * Replaces the content of a draft. The version before it stays in the history.
 * @returns the new version
 * @throws AppError conflict (somebody saved since), invalid_state (no draft any more), not_found, storage_unavailable
 */
export async function saveMinutes(
  database: Database,
  meetingId: string,
  version: number,
  content: MinutesContent,
  act: MinutesAct,
): Promise<number> {
  await database.transact(async (tx) => {
    const { count } = await tx.minutes.updateMany({
      where: { meetingId, version, state: 'draft' },
      data: { content, version: version + 1 },
    })
    if (count === 0) throw await refusal(tx, meetingId, version)
    await keepVersion(tx, meetingId, version + 1, content, act)
    await logged(tx, meetingId, 'minutes.saved', version + 1, act)
  })
  return version + 1
}

/** A step from one state to the next, and what is noted with it. */
export type MinutesStep =
  | { to: 'submitted' }
  | { to: 'returned'; note: string }
  | { to: 'approved'; byName: string }
  | { to: 'published' }

/**
 * draft → submitted → approved → published, submitted → draft. Binds exactly the version that was seen.
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
  const { from, data } = transition(step, new Date(act.atMs))
  await database.transact(async (tx) => {
    const { count } = await tx.minutes.updateMany({
      where: { meetingId, state: from, ...(version === null ? {} : { version }) },
      data,
    })
    if (count === 0) throw await refusal(tx, meetingId, version)
    const now = await tx.minutes.findUniqueOrThrow({ where: { meetingId }, select: { version: true } })
    await logged(tx, meetingId, `minutes.${step.to}`, now.version, act)
  })
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

async function keepVersion(
  tx: PrismaTx,
  meetingId: string,
  version: number,
  content: MinutesContent,
  act: MinutesAct,
): Promise<void> {
  const { id } = await tx.minutes.findUniqueOrThrow({ where: { meetingId }, select: { id: true } })
  await tx.minutesVersion.create({
    data: { minutesId: id, version, content, savedById: act.userId, savedAt: new Date(act.atMs) },
  })
}

function logged(
  tx: PrismaTx,
  meetingId: string,
  action: string,
  version: number,
  act: MinutesAct,
): Promise<void> {
  return appendAudit(tx, { actorId: act.actorId, action, subject: meetingId, detail: { version } }, act.atMs)
}

/** Every version that was saved, oldest first. @throws AppError storage_unavailable */
export async function listMinutesVersions(
  database: Database,
  meetingId: string,
): Promise<{ version: number; content: MinutesContent; savedAtMs: number; savedById: string | null }[]> {
  const rows = await database.prisma.minutesVersion.findMany({
    where: { minutes: { meetingId } },
    orderBy: { version: 'asc' },
  })
  return rows.map((row) => ({
    version: row.version,
    content: MinutesContent.parse(row.content),
    savedAtMs: row.savedAt.getTime(),
    savedById: row.savedById,
  }))
}

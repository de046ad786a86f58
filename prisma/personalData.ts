import { z } from 'zod'
import { auditEntries, type AuditPlace } from './auditReading.ts'
import type { Database } from './client.ts'
import { translatingErrors } from './storage.ts'
import { fullUnitName } from './units.ts'

/** Rows of one kind that are held on a person, as plain data; of one kind there may be several parts. */
export interface PersonalPart {
  of: 'account' | 'units' | 'roles' | 'positions' | 'mandates' | 'sessions' | 'meetings' | 'call' | 'audit'
  rows: Record<string, unknown>[]
}

const pageRows = 500

/**
 * All that the platform holds on the person behind an account, part by part and never whole in memory: no password, no
 * token, no key. Of calls it is what happened to that person alone: coming and going, speech, hands, messages.
 * @throws AppError storage_unavailable
 */
export async function* personalData(database: Database, userId: string): AsyncGenerator<PersonalPart> {
  const { prisma } = database
  const account = await prisma.user.findUnique({
    where: { id: userId },
    select: {
      id: true,
      name: true,
      email: true,
      phone: true,
      locale: true,
      createdAt: true,
      updatedAt: true,
      disabledAt: true,
    },
  })
  yield { of: 'account', rows: account ? [account] : [] }
  const units = await prisma.unitMember.findMany({
    where: { userId },
    include: { unit: { select: { name: true } } },
  })
  yield { of: 'units', rows: units.map(({ unit, role, position }) => ({ unit: unit.name, role, position })) }
  const roles = await prisma.roleGrant.findMany({
    where: { userId },
    select: { role: true, grantedAt: true, unit: { select: { name: true } } },
  })
  yield { of: 'roles', rows: roles.map(({ unit, ...role }) => ({ ...role, unit: unit?.name ?? '' })) }
  const mandates = await prisma.mandate.findMany({
    where: { userId },
    select: {
      ...{ name: true, position: true, mayVote: true, validFrom: true, validUntil: true, endReason: true },
      body: { select: { name: true, term: true } },
      offices: { select: { office: true, validFrom: true, validUntil: true } },
    },
  })
  yield { of: 'mandates', rows: mandates }
  yield { of: 'positions', rows: await positionsOf(database, userId) }
  const sessions = await prisma.session.findMany({
    where: { userId },
    select: { createdAt: true, expiresAt: true, ipAddress: true, userAgent: true },
  })
  yield { of: 'sessions', rows: sessions }
  const ids = [userId]
  for (let after = ''; ;) {
    const places = await prisma.participant.findMany({
      where: { userId, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: pageRows,
      include: { meeting: { select: { title: true, startsAt: true } } },
    })
    const last = places.at(-1)
    if (!last) break
    after = last.id
    ids.push(...places.map(({ id }) => id))
    yield {
      of: 'meetings',
      rows: places.map(({ meeting, ...place }) => ({
        ...{ meeting: meeting.title, startsAt: meeting.startsAt, role: place.role, name: place.name },
        ...{ position: place.position, unit: place.unitName, response: place.response },
        ...{ responseReason: place.responseReason, respondedAt: place.respondedAt, bannedAt: place.bannedAt },
      })),
    }
    for (const { id, meetingId, meeting } of places) {
      const { rows } = await translatingErrors(() =>
        database.pool.query<{ at: Date; type: string; payload: Record<string, unknown> }>(
          `SELECT "at", "type", "payload" FROM "call_event" WHERE "meeting_id" = $1 AND (
            "payload"->>'participantId' = $2 OR "payload"->'participant'->>'id' = $2
            OR "payload"->'message'->>'participantId' = $2) ORDER BY "seq"`,
          [meetingId, id],
        ),
      )
      yield {
        of: 'call',
        rows: rows.map((row) => ({ meeting: meeting.title, at: row.at, what: row.type, ...told(row) })),
      }
    }
  }
  const filter = { subjectIds: null, actions: null, address: null, fromMs: null, toMs: null }
  for (let before: AuditPlace | null = null; ;) {
    const rows = await auditEntries(database, { ...filter, personIds: ids }, { before, limit: pageRows })
    const last = rows.at(-1)
    if (!last) return
    before = { atMs: last.at.getTime(), id: last.id }
    yield {
      of: 'audit',
      rows: rows.map(({ id, actorId, address, detail, ...row }) => ({
        ...{ id: id.toString(), ...row },
        // What others did to them is theirs to know; from where, and of whom else it tells, is not.
        ...(actorId !== null && ids.includes(actorId) && { actorId, address, detail }),
      })),
    }
  }
}

/** When which place or role was given or taken, as the audit log has it, the oldest first. */
async function positionsOf(database: Database, userId: string): Promise<PersonalPart['rows']> {
  const entries = await database.prisma.auditEntry.findMany({
    where: {
      subject: userId,
      action: { in: ['person.created', 'role.changed', 'role.given', 'role.withdrawn'] },
    },
    orderBy: { id: 'asc' },
    take: 1000,
    select: { at: true, action: true, detail: true },
  })
  const told = entries.map(({ at, action, detail }) => ({ at, action, ...PositionDetail.parse(detail) }))
  const units = await database.prisma.unit.findMany({
    where: { id: { in: told.map(({ unitId }) => unitId) } },
    select: { id: true, kind: true, name: true },
  })
  const names = new Map(units.map((unit) => [unit.id, fullUnitName(unit)]))
  return told.map(({ at, action, unitId, role, position, changes }) => {
    const [ofRole, ofPosition] = ['role', 'position'].map((name) =>
      changes.find(({ field }) => field === name),
    )
    return {
      ...{ at, what: action, unit: names.get(unitId) ?? '', role: ofRole?.to ?? role },
      ...{ roleBefore: ofRole?.from ?? '', position: ofPosition?.to ?? position },
    }
  })
}

/** Of any release: what is not there, or is of another form, is not told. */
const words = z.string().catch('')
const PositionDetail = z
  .object({
    unitId: words,
    role: words,
    position: words,
    changes: z.array(z.object({ field: words, from: words, to: words })).catch([]),
  })
  .catch({ unitId: '', role: '', position: '', changes: [] })

/** What an event says beyond its kind: the message, or the stretch of speech. */
function told({ payload }: { payload: Record<string, unknown> }): Record<string, unknown> {
  const { message, fromMs, toMs } = payload
  const text =
    typeof message === 'object' && message !== null && 'text' in message ? { text: message.text } : {}
  const speech =
    typeof fromMs === 'number' && typeof toMs === 'number'
      ? { from: new Date(fromMs), to: new Date(toMs) }
      : {}
  return { ...text, ...speech }
}

import type { Database } from './client.ts'
import type { AuditRow } from './audit.ts'
import { translatingErrors } from './storage.ts'
import { allWords, fullUnitName } from './units.ts'

/** Which entries are asked for; null asks for all. Lists are of one or the other. */
export interface AuditFilter {
  /** Whoever did it, or to whom it was done. */
  personIds: readonly string[] | null
  subjectIds: readonly string[] | null
  actions: readonly string[] | null
  address: string | null
  fromMs: number | null
  /** Not included. */
  toMs: number | null
}

/** An entry's place, from the newest on: what `before` goes on from. */
export interface AuditPlace {
  atMs: number
  id: bigint
}

export type AuditReadRow = Pick<
  AuditRow,
  'id' | 'at' | 'actorId' | 'action' | 'subject' | 'detail' | 'address'
>

const columns = '"id", "at", "actor_id" AS "actorId", "action", "subject", "detail", "address"'
const newestFirst = 'ORDER BY "at" DESC, "id" DESC'

/**
 * Entries from the newest on. Whatever is asked for, an index gives each value's newest entries in order and only
 * `limit` of each are read: a million entries take no longer than a thousand.
 * @throws AppError storage_unavailable
 */
export async function auditEntries(
  database: Database,
  filter: AuditFilter,
  page: { before: AuditPlace | null; limit: number },
): Promise<AuditReadRow[]> {
  const values: unknown[] = []
  const value = (one: unknown): string => `$${values.push(one)}`
  const tests: string[] = []
  if (page.before) {
    tests.push(
      `("at", "id") < (${value(new Date(page.before.atMs))}, ${value(page.before.id.toString())}::bigint)`,
    )
  }
  if (filter.fromMs !== null) tests.push(`"at" >= ${value(new Date(filter.fromMs))}`)
  if (filter.toMs !== null) tests.push(`"at" < ${value(new Date(filter.toMs))}`)
  const lists = [
    { columns: ['"actor_id"', '"subject"'], of: filter.personIds },
    { columns: ['"subject"'], of: filter.subjectIds },
    { columns: ['"address"'], of: filter.address === null ? null : [filter.address] },
    { columns: ['"action"'], of: filter.actions },
  ].flatMap(({ columns: names, of }) => (of === null ? [] : [{ names, list: `${value(of)}::text[]` }]))
  // The first, which is the rarest, is walked; the others are looked at on the way.
  const [walked, ...others] = lists
  for (const { names, list } of others) {
    tests.push(`(${names.map((name) => `${name} = ANY(${list})`).join(' OR ')})`)
  }
  const limit = value(page.limit)
  const part = (test: string[]): string =>
    `SELECT ${columns} FROM "audit_entry"${test.length > 0 ? ` WHERE ${test.join(' AND ')}` : ''} ${newestFirst} LIMIT ${limit}`
  const text = walked
    ? `SELECT * FROM (${walked.names
        .map(
          (name) =>
            `SELECT e.* FROM unnest(${walked.list}) AS v CROSS JOIN LATERAL (${part([`${name} = v`, ...tests])}) AS e`,
        )
        .join(' UNION ')}) AS found ${newestFirst} LIMIT ${limit}`
    : part(tests)
  const { rows } = await translatingErrors(() =>
    database.pool.query<Omit<AuditReadRow, 'id'> & { id: string }>(text, values),
  )
  return rows.map((row) => ({ ...row, id: BigInt(row.id) }))
}

/** What an id in the log is the id of, by the name that it has now. */
export interface AuditName {
  kind: 'person' | 'meeting' | 'unit' | 'site' | 'body' | 'mandate' | 'participant' | 'recording'
  name: string
  /** Of a participant or a recording. */
  meetingId: string | null
}

/** The names behind ids of the log; what is not there any more is left out. @throws AppError storage_unavailable */
export async function auditNames(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, AuditName>> {
  const { prisma } = database
  const where = { id: { in: [...new Set(ids)] } }
  const [users, meetings, units, sites, bodies, mandates, participants, recordings] = await Promise.all([
    prisma.user.findMany({ where, select: { id: true, name: true } }),
    prisma.meeting.findMany({ where, select: { id: true, title: true } }),
    prisma.unit.findMany({ where, select: { id: true, name: true, kind: true } }),
    prisma.site.findMany({ where, select: { id: true, name: true } }),
    prisma.body.findMany({ where, select: { id: true, name: true, unit: true } }),
    prisma.mandate.findMany({ where, select: { id: true, name: true } }),
    prisma.participant.findMany({ where, select: { id: true, name: true, meetingId: true } }),
    prisma.recording.findMany({
      where,
      select: { id: true, meetingId: true, meeting: { select: { title: true } } },
    }),
  ])
  const found = new Map<string, AuditName>()
  for (const { id, name } of sites) found.set(id, { kind: 'site', name, meetingId: null })
  for (const { id, name, unit } of bodies)
    found.set(id, { kind: 'body', name: `${name} (${fullUnitName(unit)})`, meetingId: null })
  for (const { id, name } of mandates) found.set(id, { kind: 'mandate', name, meetingId: null })
  for (const unit of units) found.set(unit.id, { kind: 'unit', name: fullUnitName(unit), meetingId: null })
  for (const { id, title } of meetings) found.set(id, { kind: 'meeting', name: title, meetingId: id })
  for (const { id, name, meetingId } of participants) found.set(id, { kind: 'participant', name, meetingId })
  for (const { id, meetingId, meeting } of recordings) {
    found.set(id, { kind: 'recording', name: meeting.title, meetingId })
  }
  for (const { id, name } of users) found.set(id, { kind: 'person', name, meetingId: null })
  return found
}

/** People whose names have all these words, and their places in meetings. @throws AppError storage_unavailable */
export async function auditPeople(database: Database, query: string, limit: number): Promise<string[]> {
  const users = await database.prisma.user.findMany({
    where: { OR: [{ AND: allWords(query) }, { email: query.trim().toLowerCase() }, { id: query.trim() }] },
    select: { id: true },
    orderBy: { nameSearch: 'asc' },
    take: limit,
  })
  return users.map(({ id }) => id)
}

/** Meetings, units and sites whose names have all these words. @throws AppError storage_unavailable */
export async function auditSubjects(database: Database, query: string, limit: number): Promise<string[]> {
  const words = allWords(query)
  const titles = words.map(({ nameSearch }) => ({ titleSearch: nameSearch }))
  const [meetings, units] = await Promise.all([
    database.prisma.meeting.findMany({
      where: { AND: titles },
      select: { id: true },
      orderBy: { startsAt: 'desc' },
      take: limit,
    }),
    database.prisma.unit.findMany({ where: { AND: words }, select: { id: true }, take: limit }),
  ])
  return [...meetings, ...units].map(({ id }) => id)
}

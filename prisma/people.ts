import { AppError } from '#contract/errors.ts'
import type { UnitRole } from '#contract/meeting.ts'
import { compareByGivenName } from '#contract/vietnamese.ts'
import { accountInclude, accountOf, type AccountRow } from './accounts.ts'
import type { Database, PrismaTx } from './client.ts'
import { allWords } from './units.ts'

/** Whom a search is about. `within`: people who are, or hold a role, in one of these units; null for everybody. */
export interface PeopleFilter {
  query?: string
  unitId?: string
  limit: number
  within: readonly string[] | null
  withDisabled: boolean
  /** Whose email the query may match: people of these units, null for everybody's. */
  emailsWithin: readonly string[] | null
}

/**
 * People whose name or unit matches, or whose email does where that may be seen; by given name. `total` is how many there
 * are, whatever the limit leaves of them.
 */
export async function searchPeople(
  database: Database,
  input: PeopleFilter,
): Promise<{ people: AccountRow[]; total: number }> {
  const email = (input.query ?? '').trim().toLowerCase()
  const matches = [
    { AND: allWords(input.query) },
    { units: { some: { unit: { AND: allWords(input.query) } } } },
    // An underscore or a percent sign would be a wildcard; no text in the database has control characters.
    ...(/^[^\s%_\\\p{Cc}]{3,}$/u.test(email)
      ? [{ AND: [{ email: { contains: email } }, ...ofUnits(input.emailsWithin)] }]
      : []),
  ]
  const where = {
    AND: [{ OR: matches }, ...ofUnits(input.within)],
    ...(input.withDisabled ? {} : { disabledAt: null }),
    ...(input.unitId === undefined ? {} : { units: { some: { unitId: input.unitId } } }),
  }
  const [total, rows] = await Promise.all([
    database.prisma.user.count({ where }),
    database.prisma.user.findMany({
      where,
      include: accountInclude,
      orderBy: { nameSearch: 'asc' },
      take: 1000,
    }),
  ])
  const people = rows.map(accountOf).sort((a, b) => compareByGivenName(a.name, b.name))
  return { people: people.slice(0, input.limit), total }
}

function ofUnits(unitIds: readonly string[] | null) {
  if (unitIds === null) return []
  const some = { some: { unitId: { in: [...unitIds] } } }
  return [{ OR: [{ units: some }, { grants: some }] }]
}

/** Gives or takes a place in a unit. @throws AppError not_found */
export async function setMembership(
  tx: PrismaTx,
  member: { userId: string; unitId: string; role: UnitRole | null; position: string },
): Promise<void> {
  const { userId, unitId, role, position } = member
  const key = { unitId_userId: { unitId, userId } }
  if (role === null) {
    await tx.unitMember.deleteMany({ where: { unitId, userId } })
    return
  }
  await demandUser(tx, userId)
  if (!(await tx.unit.findUnique({ where: { id: unitId } }))) throw new AppError('not_found', 'no such unit')
  await tx.unitMember.upsert({
    where: key,
    create: { unitId, userId, role, position },
    update: { role, position },
  })
}

/** The place that somebody has in a unit; null for none. */
export async function membershipOf(
  tx: PrismaTx,
  userId: string,
  unitId: string,
): Promise<{ role: string; position: string } | null> {
  return tx.unitMember.findUnique({
    where: { unitId_userId: { unitId, userId } },
    select: { role: true, position: true },
  })
}

/** Shuts an account, or opens it again. @throws AppError not_found */
export async function setDisabled(tx: PrismaTx, userId: string, disabledAt: Date | null): Promise<void> {
  await demandUser(tx, userId)
  await tx.user.update({ where: { id: userId }, data: { disabledAt } })
}

/** @throws AppError not_found */
export async function demandUser(tx: PrismaTx, userId: string): Promise<void> {
  const user = await tx.user.findUnique({ where: { id: userId }, select: { id: true } })
  if (!user) throw new AppError('not_found', 'no such person')
}

/** Those of these people who are in one of these units. */
export async function membersAmong(
  tx: PrismaTx,
  userIds: readonly string[],
  unitIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.unitMember.findMany({
    where: { userId: { in: [...userIds] }, unitId: { in: [...unitIds] } },
    distinct: ['userId'],
    select: { userId: true },
  })
  return rows.map((row) => row.userId)
}

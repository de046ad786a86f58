import { AppError } from '#contract/errors.ts'
import { type HeldRole, isScoped, officeRoles, reachesBelow, type RoleGrant } from '#contract/officeRole.ts'
import type { PrismaTx } from './client.ts'
import { fullUnitName, unitsWithin } from './units.ts'

/** Roles are given and taken by one at a time over all nodes: two administrators cannot demote each other at once. */
const grantsLock = 72707375

/** The first act of a transaction that gives or takes roles, or shuts an account. */
export async function lockGrants(tx: PrismaTx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${grantsLock})`
}

/** A role as pages show it; `unitName` is empty for one of the whole system. */
export interface GrantRow extends RoleGrant {
  unitName: string
}

/** Rows of the table in our words; a role that this release does not know is none. */
export function grantsOf(
  rows: readonly { role: string; unitId: string | null; unit: { kind: string; name: string } | null }[],
): GrantRow[] {
  return rows.flatMap(({ role, unitId, unit }) => {
    const known = officeRoles.find((one) => one === role)
    if (!known || isScoped(known) !== (unitId !== null)) return []
    return [{ role: known, unitId, unitName: unit ? fullUnitName(unit) : '' }]
  })
}

/** Gives a role. @returns false when it was held already. @throws AppError not_found */
export async function addGrant(
  tx: PrismaTx,
  grant: RoleGrant & { userId: string; grantedById: string | null },
): Promise<boolean> {
  const { userId, role, unitId } = grant
  const [user, unit] = await Promise.all([
    tx.user.findUnique({ where: { id: userId }, select: { id: true } }),
    unitId === null ? null : tx.unit.findUnique({ where: { id: unitId }, select: { id: true } }),
  ])
  if (!user || (unitId !== null && !unit)) throw new AppError('not_found', 'no such person or unit')
  if (await tx.roleGrant.findFirst({ where: { userId, role, unitId } })) return false
  await tx.roleGrant.create({ data: grant })
  if (role === 'system_admin') await keepFormerColumn(tx, userId, true)
  return true
}

/** Takes a role. @returns false when it was not held */
export async function removeGrant(tx: PrismaTx, grant: RoleGrant & { userId: string }): Promise<boolean> {
  const { userId, role, unitId } = grant
  const { count } = await tx.roleGrant.deleteMany({ where: { userId, role, unitId } })
  if (role === 'system_admin') await keepFormerColumn(tx, userId, false)
  return count > 0
}

/** Releases before this table read the column; one may run beside this one while the nodes are upgraded. */
async function keepFormerColumn(tx: PrismaTx, userId: string, isSystemAdmin: boolean): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { isSystemAdmin } })
}

/**
 * That somebody administers the system who can sign in; after an act that may have been the last one's end.
 * @throws AppError invalid_state with `detail.reason` last_administrator, at the field role
 */
export async function demandAdministrator(tx: PrismaTx): Promise<void> {
  if (await hasAdministrator(tx)) return
  const detail = { field: 'role', reason: 'last_administrator' }
  throw new AppError('invalid_state', 'nobody would administer the system', { detail })
}

/** Whether anybody administers the system who can sign in. */
export async function hasAdministrator(tx: PrismaTx): Promise<boolean> {
  const found = await tx.roleGrant.findFirst({
    where: {
      role: 'system_admin',
      user: { disabledAt: null, isSample: false, accounts: { some: { password: { not: null } } } },
    },
    select: { id: true },
  })
  return found !== null
}

/** What decisions about a person look at; null when there is no such person. */
export async function personFacts(
  tx: PrismaTx,
  userId: string,
): Promise<{ personUnitIds: string[]; personIsOfSystem: boolean } | null> {
  const found = await tx.user.findUnique({
    where: { id: userId },
    select: { units: { select: { unitId: true } }, grants: { select: { unitId: true } } },
  })
  if (!found) return null
  const ids = [...found.units, ...found.grants].flatMap(({ unitId }) => (unitId === null ? [] : [unitId]))
  return { personUnitIds: [...new Set(ids)], personIsOfSystem: found.grants.some((g) => g.unitId === null) }
}

/** All that somebody is in units: their places, and their roles with the units to which these reach. */
export async function heldRoles(
  database: { prisma: PrismaTx },
  account: { units: readonly { id: string; role: HeldRole }[]; grants: readonly RoleGrant[] },
): Promise<{ unitId: string; role: HeldRole }[]> {
  const held: { unitId: string; role: HeldRole }[] = account.units.map(({ id, role }) => ({
    unitId: id,
    role,
  }))
  for (const { role, unitId } of account.grants) {
    if (unitId === null || !isScoped(role)) continue
    const reached = reachesBelow(role) ? await unitsWithin(database.prisma, [unitId]) : [unitId]
    held.push(...reached.map((id) => ({ unitId: id, role })))
  }
  return held
}

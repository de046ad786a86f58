import { AppError } from '#contract/errors.ts'
import { UserId } from '#contract/ids.ts'
import type { UnitRole } from '#contract/meeting.ts'
import { searchText } from '#contract/vietnamese.ts'
import type { Database, PrismaTx } from './client.ts'
import { unitRoleOf } from './participants.ts'
import { addGrant, type GrantRow, grantsOf } from './roleGrants.ts'
import { fullUnitName } from './units.ts'

/** A person's place in a unit, as pages show it. */
export interface Membership {
  id: string
  name: string
  role: UnitRole
  position: string
}

/** An account with what its holder may do. */
export interface AccountRow {
  id: UserId
  name: string
  email: string
  phone: string
  locale: 'vi' | 'en'
  isSystemAdmin: boolean
  isDisabled: boolean
  isSample: boolean
  /** It has an authenticator app or a passkey. */
  hasSecondFactor: boolean
  units: Membership[]
  /** Roles beside the places in units. */
  grants: GrantRow[]
}

/** For every query that answers with `AccountRow`. */
export const accountInclude = {
  units: { include: { unit: true } },
  grants: { include: { unit: true } },
  totp: { select: { confirmedAt: true } },
  passkeys: { select: { id: true }, take: 1 },
} as const

/** A row read with `accountInclude`, in our words. */
export function accountOf(row: {
  id: string
  name: string
  email: string
  phone: string
  locale: string
  disabledAt: Date | null
  isSample: boolean
  totp: { confirmedAt: Date | null } | null
  passkeys: readonly unknown[]
  grants: Parameters<typeof grantsOf>[0]
  units: { unitId: string; role: string; position: string; unit: { kind: string; name: string } }[]
}): AccountRow {
  const grants = grantsOf(row.grants)
  return {
    id: UserId.parse(row.id),
    name: row.name,
    email: row.email,
    phone: row.phone,
    locale: row.locale === 'en' ? 'en' : 'vi',
    isSystemAdmin: grants.some((grant) => grant.role === 'system_admin'),
    isDisabled: row.disabledAt !== null,
    isSample: row.isSample,
    hasSecondFactor: (row.totp?.confirmedAt ?? null) !== null || row.passkeys.length > 0,
    units: row.units.map(({ unitId, role, position, unit }) => ({
      id: unitId,
      name: fullUnitName(unit),
      role: unitRoleOf(role),
      position,
    })),
    grants,
  }
}

/** An account by id; null when there is none. @throws AppError storage_unavailable */
export async function findAccount(tx: PrismaTx, userId: string): Promise<AccountRow | null> {
  const row = await tx.user.findUnique({ where: { id: userId }, include: accountInclude })
  return row && accountOf(row)
}

/** Puts an account in, without a password yet. The email is kept in small letters. */
export async function addAccount(
  tx: PrismaTx,
  account: { id: string; name: string; email: string; isSystemAdmin?: boolean; isSample?: boolean },
): Promise<void> {
  const { isSystemAdmin = false, ...rest } = account
  await tx.user.create({
    data: {
      ...rest,
      email: account.email.toLowerCase(),
      emailVerified: true,
      nameSearch: searchText(account.name),
    },
  })
  if (isSystemAdmin)
    await addGrant(tx, { userId: account.id, role: 'system_admin', unitId: null, grantedById: null })
}

/** Corrects what is said of a person. @throws AppError not_found */
export async function changeAccount(
  tx: PrismaTx,
  userId: string,
  change: { name: string; email: string; phone?: string | undefined },
): Promise<void> {
  const { name, phone } = change
  const { count } = await tx.user.updateMany({
    where: { id: userId },
    data: {
      ...{ name, nameSearch: searchText(name), email: change.email.toLowerCase() },
      ...(phone !== undefined && { phone }),
    },
  })
  if (count === 0) throw new AppError('not_found', 'no such person')
}

/** One's own telephone number; empty for none. */
export async function setPhone(tx: PrismaTx, userId: string, phone: string): Promise<void> {
  await tx.user.updateMany({ where: { id: userId }, data: { phone } })
}

/** @returns false when another stands there by now */
export async function replacePasswordHash(
  tx: PrismaTx,
  userId: string,
  before: string,
  after: string,
): Promise<boolean> {
  const { count } = await tx.account.updateMany({
    where: { userId, providerId: 'credential', password: before },
    data: { password: after },
  })
  return count === 1
}

/** Ends all of an account's sessions but one. */
export async function endOtherSessions(tx: PrismaTx, userId: string, sessionId: string): Promise<void> {
  await tx.session.deleteMany({ where: { userId, id: { not: sessionId } } })
}

/** Gives an account its password (a hash of the authentication library's). */
export async function setPasswordHash(tx: PrismaTx, userId: string, password: string): Promise<void> {
  const { count } = await tx.account.updateMany({
    where: { userId, providerId: 'credential' },
    data: { password },
  })
  if (count > 0) return
  await tx.account.create({
    data: { id: `credential-${userId}`, accountId: userId, providerId: 'credential', userId, password },
  })
}

/** The hash of an account's password; null where none is set. */
export async function passwordHashOf(tx: PrismaTx, userId: string): Promise<string | null> {
  const row = await tx.account.findFirst({
    where: { userId, providerId: 'credential' },
    select: { password: true },
  })
  return row?.password ?? null
}

/** Changes the language of a person's pages. */
export async function setLocale(database: Database, userId: string, locale: 'vi' | 'en'): Promise<void> {
  await database.prisma.user.update({ where: { id: userId }, data: { locale } })
}

/** A sign-in that is still good. */
export interface SessionRow {
  id: string
  createdAtMs: number
  seenAtMs: number
  userAgent: string
  ipAddress: string
}

/** A person's sessions, the one seen last first. */
export async function listSessions(database: Database, userId: string, nowMs: number): Promise<SessionRow[]> {
  const rows = await database.prisma.session.findMany({
    where: { userId, expiresAt: { gt: new Date(nowMs) } },
    orderBy: { updatedAt: 'desc' },
    take: 100,
  })
  return rows.map((row) => ({
    id: row.id,
    createdAtMs: row.createdAt.getTime(),
    seenAtMs: row.updatedAt.getTime(),
    userAgent: row.userAgent ?? '',
    ipAddress: row.ipAddress ?? '',
  }))
}

/** What a new session begins with: its password was given now. */
export async function beginSession(
  tx: PrismaTx,
  token: string,
  { atMs, hasGivenSecondFactor }: { atMs: number; hasGivenSecondFactor: boolean },
): Promise<void> {
  const at = new Date(atMs)
  await tx.session.updateMany({
    where: { token },
    data: { updatedAt: at, confirmedAt: at, secondFactorAt: hasGivenSecondFactor ? at : null },
  })
}

/** Notes that a session's holder gave a password or a second factor again. */
export async function confirmSession(tx: PrismaTx, sessionId: string, nowMs: number): Promise<void> {
  const at = new Date(nowMs)
  await tx.session.updateMany({ where: { id: sessionId }, data: { updatedAt: at, confirmedAt: at } })
}

/** Ends sessions that were not used since. Returns whose they were. */
export async function endIdleSessions(
  tx: PrismaTx,
  unusedSinceMs: number,
  sessionId?: string,
): Promise<{ id: string; userId: string }[]> {
  return tx.$queryRaw`
    DELETE FROM session
    WHERE updated_at <= ${new Date(unusedSinceMs).toISOString()}::timestamptz
      AND (${sessionId ?? null}::text IS NULL OR id = ${sessionId ?? null}::text)
    RETURNING id, user_id AS "userId"`
}

/** Whether a session is there still. @throws AppError storage_unavailable */
export async function hasSession({ prisma }: Database, sessionId: string): Promise<boolean> {
  return (await prisma.session.count({ where: { id: sessionId } })) > 0
}

/** Notes that a session was used. */
export async function touchSession(database: Database, sessionId: string, nowMs: number): Promise<void> {
  await database.prisma.session.updateMany({
    where: { id: sessionId },
    data: { updatedAt: new Date(nowMs) },
  })
}

/** Ends sessions of one person: one of them, or all. Returns the ids that were ended. */
export async function endSessions(tx: PrismaTx, userId: string, sessionId?: string): Promise<string[]> {
  const where = { userId, ...(sessionId === undefined ? {} : { id: sessionId }) }
  const rows = await tx.session.findMany({ where, select: { id: true } })
  await tx.session.deleteMany({ where: { id: { in: rows.map((row) => row.id) } } })
  return rows.map((row) => row.id)
}

/** Whose email it is; null for nobody's. @throws AppError storage_unavailable */
export async function userIdOf(database: Database, email: string): Promise<string | null> {
  const user = await database.prisma.user.findUnique({ where: { email }, select: { id: true } })
  return user?.id ?? null
}

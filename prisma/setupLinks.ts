import { AppError } from '#contract/errors.ts'
import { settingDefinitions } from '#contract/settings.ts'
import { allows } from '#contract/permissions.ts'
import { findAccount } from './accounts.ts'
import type { Database, PrismaTx } from './client.ts'
import { hasAdministrator, heldRoles, personFacts } from './roleGrants.ts'
import { hashToken, newToken } from './secrets.ts'

/** What a set-up link is for; `userId` null makes the first administrator. */
export interface SetupLinkRow {
  userId: string | null
  name: string
  email: string
  expiresAtMs: number
}

const hourMs = 3600_000
/** Two holders of links must not both become the first administrator. */
const administratorLock = 72707372

/** Where a set-up link leads, on this site. Behind the # the token is in no request, so in no log and no referrer. */
export function setupPath(token: string): string {
  return `/setup#${token}`
}

/**
 * Makes a link for a person; earlier unused ones of that person are void. Only its hash is kept.
 * @param hours how long it is good
 * @param madeById for as long as that one may make it; null for the platform itself
 */
export async function addSetupLink(
  tx: PrismaTx,
  userId: string | null,
  nowMs: number,
  hours = settingDefinitions.setupLinkHours.standard,
  madeById: string | null = null,
): Promise<string> {
  await voidSetupLinks(tx, userId)
  const token = newToken()
  await tx.setupLink.create({
    data: { tokenHash: hashToken(token), userId, madeById, expiresAt: new Date(nowMs + hours * hourMs) },
  })
  return token
}

/** What was made for a person and not used is good no longer. */
export async function voidSetupLinks(tx: PrismaTx, userId: string | null): Promise<void> {
  await tx.setupLink.deleteMany({ where: { userId, usedAt: null } })
}

/**
 * The path of the link that makes the first administrator, replacing an earlier unused one; null when somebody
 * administers already. Asked at every start; print it and keep it where only its owner can read.
 * @throws AppError storage_unavailable
 */
export async function firstAdministratorPath(
  database: Database,
  nowMs: number,
  hours: number,
): Promise<string | null> {
  return database.transact(async (tx) => {
    if (await hasAdministrator(tx)) return null
    return setupPath(await addSetupLink(tx, null, nowMs, hours))
  })
}

/** Looks at a link without using it. @throws AppError not_found, link_expired */
export async function readSetupLink(tx: PrismaTx, token: string, nowMs: number): Promise<SetupLinkRow> {
  const link = await tx.setupLink.findUnique({ where: { tokenHash: hashToken(token) } })
  if (!link) throw new AppError('not_found', 'no such set-up link')
  if (link.usedAt || link.expiresAt.getTime() <= nowMs) throw new AppError('link_expired')
  if (link.userId === null) {
    if (await hasAdministrator(tx)) throw new AppError('link_expired', 'there is an administrator')
    return { userId: null, name: '', email: '', expiresAtMs: link.expiresAt.getTime() }
  }
  const user = await tx.user.findUnique({ where: { id: link.userId } })
  if (!user || user.disabledAt) throw new AppError('link_expired', 'its account is disabled')
  if (link.madeById !== null && !(await mayStillMake(tx, link.madeById, user.id)))
    throw new AppError('link_expired', 'its maker may not make it any more')
  return { userId: user.id, name: user.name, email: user.email, expiresAtMs: link.expiresAt.getTime() }
}

/** Whether the maker of a link could make it now: they and the person it is for may have got or lost roles since. */
async function mayStillMake(tx: PrismaTx, madeById: string, userId: string): Promise<boolean> {
  const maker = await findAccount(tx, madeById)
  const person = await personFacts(tx, userId)
  if (!maker || maker.isDisabled || !person) return false
  const unitRoles = await heldRoles({ prisma: tx }, maker)
  return allows({ isSystemAdmin: maker.isSystemAdmin, unitRoles }, 'person:change', person)
}

/** Uses a link: of two at the same time, one wins. @throws AppError not_found, link_expired */
export async function useSetupLink(tx: PrismaTx, token: string, nowMs: number): Promise<SetupLinkRow> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${administratorLock})`
  const link = await readSetupLink(tx, token, nowMs)
  const { count } = await tx.setupLink.updateMany({
    where: { tokenHash: hashToken(token), usedAt: null },
    data: { usedAt: new Date(nowMs) },
  })
  if (count !== 1) throw new AppError('link_expired', 'used at the same time')
  return link
}

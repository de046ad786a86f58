import type { Database, PrismaTx } from './client.ts'
import { hashToken } from './secrets.ts'

const dayMs = 24 * 3600_000

/** An account's passkey, as its holder sees it. */
export interface PasskeyRow {
  id: string
  name: string
  createdAtMs: number
  usedAtMs: number | null
}

/** What an account has beside its password. */
export interface SecondFactors {
  hasTotp: boolean
  passkeys: PasskeyRow[]
  /** Those whose key is here. */
  recoveryCodesLeft: number
  trustedDevices: number
}

/** @throws AppError storage_unavailable */
export async function secondFactorsOf(
  { prisma }: Database,
  userId: string,
  { nowMs, keyIds }: { nowMs: number; keyIds: readonly string[] },
): Promise<SecondFactors> {
  const [totp, passkeys, recoveryCodesLeft, trustedDevices] = await Promise.all([
    prisma.totpFactor.findUnique({ where: { userId }, select: { confirmedAt: true } }),
    prisma.passkey.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } }),
    countRecoveryCodes(prisma, userId, keyIds),
    prisma.trustedDevice.count({ where: { userId, expiresAt: { gt: new Date(nowMs) } } }),
  ])
  return {
    hasTotp: (totp?.confirmedAt ?? null) !== null,
    passkeys: passkeys.map(({ id, name, createdAt, usedAt }) => ({
      ...{ id, name },
      createdAtMs: createdAt.getTime(),
      usedAtMs: usedAt?.getTime() ?? null,
    })),
    recoveryCodesLeft,
    trustedDevices,
  }
}

/** Codes that still get their holder in: unused, and of a key that is here. */
export async function countRecoveryCodes(
  tx: PrismaTx,
  userId: string,
  keyIds: readonly string[],
): Promise<number> {
  const isReadable = { OR: [{ keyId: null }, { keyId: { in: [...keyIds] } }] }
  return tx.recoveryCode.count({ where: { userId, usedAt: null, ...isReadable } })
}

/** Whether an account has an app or a passkey. @throws AppError storage_unavailable */
export async function hasSecondFactor({ prisma }: Database, userId: string): Promise<boolean> {
  const isApp = { userId, confirmedAt: { not: null } }
  const [apps, keys] = await Promise.all([
    prisma.totpFactor.count({ where: isApp }),
    prisma.passkey.count({ where: { userId } }),
  ])
  return apps + keys > 0
}

/** An app that is being set up, or is. */
export interface TotpRow {
  /** Encrypted. */
  secret: string
  isConfirmed: boolean
}

export async function findTotp(tx: PrismaTx, userId: string): Promise<TotpRow | null> {
  const row = await tx.totpFactor.findUnique({ where: { userId } })
  return row && { secret: row.secret, isConfirmed: row.confirmedAt !== null }
}

/** What is kept of every app, to be encrypted anew. @throws AppError storage_unavailable */
export async function allTotpSecrets({ prisma }: Database): Promise<{ userId: string; secret: string }[]> {
  return prisma.totpFactor.findMany({ select: { userId: true, secret: true } })
}

/** @returns false when it is another by now. @throws AppError storage_unavailable */
export async function replaceTotpSecret(
  { prisma }: Database,
  userId: string,
  before: string,
  after: string,
): Promise<boolean> {
  const { count } = await prisma.totpFactor.updateMany({
    where: { userId, secret: before },
    data: { secret: after },
  })
  return count === 1
}

/** Begins with an app, in the place of one that was begun with and never confirmed. */
export async function beginTotp(tx: PrismaTx, userId: string, secret: string): Promise<void> {
  await tx.totpFactor.deleteMany({ where: { userId, confirmedAt: null } })
  await tx.totpFactor.create({ data: { userId, secret } })
}

/** The app is proven. */
export async function confirmTotp(tx: PrismaTx, userId: string, nowMs: number): Promise<void> {
  await tx.totpFactor.updateMany({
    where: { userId, confirmedAt: null },
    data: { confirmedAt: new Date(nowMs) },
  })
}

/** Takes a step's code once: false when it, or a later one, was taken before. Of two at the same time one wins. */
export async function takeTotpStep(tx: PrismaTx, userId: string, step: number): Promise<boolean> {
  const { count } = await tx.totpFactor.updateMany({
    where: { userId, lastStep: { lt: step } },
    data: { lastStep: step },
  })
  return count === 1
}

export async function removeTotp(tx: PrismaTx, userId: string): Promise<boolean> {
  const { count } = await tx.totpFactor.deleteMany({ where: { userId } })
  return count > 0
}

/** Keeps new recovery codes; the ones before are void. */
export async function setRecoveryCodes(
  tx: PrismaTx,
  userId: string,
  { hashes, keyId }: { hashes: readonly string[]; keyId: string },
): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({ data: hashes.map((codeHash) => ({ codeHash, userId, keyId })) })
}

/** Takes a recovery code once: false when there is none, or it was taken. */
export async function takeRecoveryCode(
  tx: PrismaTx,
  userId: string,
  codeHash: string,
  nowMs: number,
): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({
    where: { codeHash, userId, usedAt: null },
    data: { usedAt: new Date(nowMs) },
  })
  return count === 1
}

/** Everything that an account has beside its password. */
export async function removeSecondFactors(tx: PrismaTx, userId: string): Promise<void> {
  await tx.totpFactor.deleteMany({ where: { userId } })
  await tx.passkey.deleteMany({ where: { userId } })
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await forgetTrustedDevices(tx, userId)
}

/** Notes that a session gave its second factor: it is confirmed, too. */
export async function settleSession(tx: PrismaTx, sessionId: string, nowMs: number): Promise<void> {
  const at = new Date(nowMs)
  await tx.session.updateMany({
    where: { id: sessionId },
    data: { secondFactorAt: at, confirmedAt: at },
  })
}

/** Remembers a browser by its token's hash. */
export async function addTrustedDevice(
  tx: PrismaTx,
  device: { token: string; userId: string; atMs: number; expiresAtMs: number },
): Promise<void> {
  const { token, userId, atMs, expiresAtMs } = device
  const [createdAt, expiresAt] = [new Date(atMs), new Date(expiresAtMs)]
  await tx.trustedDevice.create({ data: { tokenHash: hashToken(token), userId, createdAt, expiresAt } })
}

/** Whether a token is of a browser that this account trusts; for no longer than is settled today. */
export async function isTrustedDevice(
  { prisma }: Database,
  token: string,
  userId: string,
  at: { nowMs: number; days: number },
): Promise<boolean> {
  const row = await prisma.trustedDevice.findUnique({ where: { tokenHash: hashToken(token) } })
  if (row?.userId !== userId || row.expiresAt.getTime() <= at.nowMs) return false
  return row.createdAt.getTime() + at.days * dayMs > at.nowMs
}

export async function forgetTrustedDevices(tx: PrismaTx, userId: string): Promise<void> {
  await tx.trustedDevice.deleteMany({ where: { userId } })
}

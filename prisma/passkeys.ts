import type { PrismaTx } from './client.ts'

/** A passkey with what its answers are checked by. */
export interface PasskeyKey {
  /** The credential's id, as base64url. */
  id: string
  userId: string
  publicKey: Uint8Array<ArrayBuffer>
  /** Of its last answer; authenticators that count nothing stay at 0. */
  counter: number
  transports: string[]
}

const shown = { id: true, userId: true, publicKey: true, counter: true, transports: true } as const

/** A passkey by its credential's id; null when there is none. */
export async function findPasskey(tx: PrismaTx, id: string): Promise<PasskeyKey | null> {
  const row = await tx.passkey.findUnique({ where: { id }, select: shown })
  return row && { ...row, counter: Number(row.counter) }
}

/** What an account has, the oldest first. */
export async function passkeysOf(tx: PrismaTx, userId: string): Promise<PasskeyKey[]> {
  const rows = await tx.passkey.findMany({ where: { userId }, select: shown, orderBy: { createdAt: 'asc' } })
  return rows.map((row) => ({ ...row, counter: Number(row.counter) }))
}

/** False when somebody has that credential already. */
export async function addPasskey(
  tx: PrismaTx,
  passkey: PasskeyKey & { name: string; atMs: number },
): Promise<boolean> {
  const { atMs, counter, ...rest } = passkey
  const { count } = await tx.passkey.createMany({
    data: { ...rest, counter: BigInt(counter), createdAt: new Date(atMs) },
    skipDuplicates: true,
  })
  return count === 1
}

/** Notes an answer. False for a counter that went on meanwhile, or back: a copy of the authenticator, perhaps. */
export async function usePasskey(
  tx: PrismaTx,
  use: { id: string; before: number; counter: number; atMs: number },
): Promise<boolean> {
  const { count } = await tx.passkey.updateMany({
    where: { id: use.id, counter: BigInt(use.before) },
    data: { counter: BigInt(use.counter), usedAt: new Date(use.atMs) },
  })
  return count === 1
}

/** False when the account has none of that id. */
export async function renamePasskey(
  tx: PrismaTx,
  userId: string,
  id: string,
  name: string,
): Promise<boolean> {
  return (await tx.passkey.updateMany({ where: { id, userId }, data: { name } })).count === 1
}

/** False when the account has none of that id. */
export async function removePasskey(tx: PrismaTx, userId: string, id: string): Promise<boolean> {
  return (await tx.passkey.deleteMany({ where: { id, userId } })).count === 1
}

/** Takes a challenge once: false when it was taken before. Of two at the same time one wins. */
export async function takeChallenge(tx: PrismaTx, challenge: string, expiresAtMs: number): Promise<boolean> {
  const { count } = await tx.passkeyChallenge.createMany({
    data: { challenge, expiresAt: new Date(expiresAtMs) },
    skipDuplicates: true,
  })
  return count === 1
}

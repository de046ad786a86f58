import { createHmac } from 'node:crypto'
import type { Database } from './client.ts'

/** What several nodes have to have the same keys for. */
export type CheckedKeys = 'factors'

/**
 * Whether these keys are those that the database is used with: the newest that a node noted is among them. Notes this
 * node's newest, so that a key that takes another's place is asked of all others from then on.
 * @param keys the newest first
 * @throws AppError storage_unavailable
 */
export async function checkKeys(
  { prisma }: Database,
  name: CheckedKeys,
  keys: readonly string[],
): Promise<boolean> {
  const [newest = '', ...former] = keys.map((key) => checkOf(name, key))
  // Of two first nodes at once one notes; the other looks.
  await prisma.keyCheck.createMany({ data: [{ name, check: newest }], skipDuplicates: true })
  const isNoted = { name, check: { in: [newest, ...former] } }
  const { count } = await prisma.keyCheck.updateMany({ where: isNoted, data: { check: newest } })
  return count === 1
}

/** Goes on with this node's newest key, whatever was noted: the others' are lost. @throws AppError storage_unavailable */
export async function noteKey(
  { prisma }: Database,
  name: CheckedKeys,
  [newest = '']: readonly string[],
): Promise<void> {
  const check = checkOf(name, newest)
  await prisma.keyCheck.upsert({ where: { name }, create: { name, check }, update: { check } })
}

function checkOf(name: CheckedKeys, key: string): string {
  return createHmac('sha256', key).update(`diemcau key check ${name}`).digest('base64url')
}

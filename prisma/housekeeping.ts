import { z } from 'zod'
import type { Log } from '#contract/log.ts'
import { keptAuditHeads } from './auditHeads.ts'
import { headText, proveAudit } from './auditProof.ts'
import type { Database } from './client.ts'
import type { JobKind, Jobs } from './jobs.ts'
import { linkMemoryMs } from './joinLinks.ts'

const dayMs = 24 * 3600_000

/** Every night: takes away what nobody can use any more. */
const cleanUp: JobKind<Record<string, never>> = {
  name: 'records.cleanUp',
  schema: z.strictObject({}),
  schedule: '17 3 * * *',
  pollSeconds: 30,
}

/** Every night: reads the audit log from its beginning. */
const verifyAudit: JobKind<Record<string, never>> = {
  name: 'audit.verify',
  schema: z.strictObject({}),
  schedule: '47 3 * * *',
  longestSeconds: 4 * 3600,
  pollSeconds: 30,
}

/**
 * Takes away sessions, trusted browsers and checks that ran out, links that ran out long ago, and processes that have
 * been silent for a day. Nothing of a meeting's record, and no lease: their epochs go on rising. Safe to repeat.
 * @throws AppError storage_unavailable
 */
export async function cleanUpRecords(
  database: Database,
  nowMs: number,
): Promise<{
  sessions: number
  verifications: number
  setupLinks: number
  joinLinks: number
  trustedDevices: number
  passkeyChallenges: number
  nodes: number
}> {
  const { prisma } = database
  const before = (ageMs: number) => ({ lt: new Date(nowMs - ageMs) })
  const ended = before(linkMemoryMs)
  const sessions = await prisma.session.deleteMany({ where: { expiresAt: before(dayMs) } })
  const verifications = await prisma.verification.deleteMany({ where: { expiresAt: before(dayMs) } })
  const setupLinks = await prisma.setupLink.deleteMany({
    where: { OR: [{ expiresAt: ended }, { usedAt: ended }] },
  })
  const joinLinks = await prisma.joinLink.deleteMany({
    where: { OR: [{ expiresAt: ended }, { revokedAt: ended }] },
  })
  const past = { expiresAt: before(dayMs) }
  const trustedDevices = await prisma.trustedDevice.deleteMany({ where: past })
  const passkeyChallenges = await prisma.passkeyChallenge.deleteMany({ where: past })
  const nodes = await prisma.node.deleteMany({ where: { seenAt: before(dayMs) } })
  return {
    sessions: sessions.count,
    verifications: verifications.count,
    setupLinks: setupLinks.count,
    joinLinks: joinLinks.count,
    trustedDevices: trustedDevices.count,
    passkeyChallenges: passkeyChallenges.count,
    nodes: nodes.count,
  }
}

/**
 * Says in the log whether the audit log is whole and has what the processes of this data folder know of it, and its
 * head, which proves later that nothing was cut off.
 * @throws AppError storage_unavailable
 */
export async function reportAudit(database: Database, log: Log, dataDir: string): Promise<void> {
  const { count, head, broken } = await proveAudit(database, await keptAuditHeads(dataDir))
  if (broken) log.error('auditBroken', { auditEntryId: String(broken.id), why: broken.why })
  else log.info('auditWhole', { count, head: head ? headText(head) : 'none' })
}

/** Does both in this process when it is its turn. @throws AppError storage_unavailable */
export async function keepHouse(jobs: Jobs, database: Database, log: Log, dataDir: string): Promise<void> {
  await jobs.work(cleanUp, async () => {
    log.info('recordsCleanedUp', await cleanUpRecords(database, Date.now()))
  })
  await jobs.work(verifyAudit, () => reportAudit(database, log, dataDir))
}

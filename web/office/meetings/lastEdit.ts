import { auditEntries } from '#db/auditReading.ts'
import type { Database } from '#db/client.ts'

/** Who stored a version of a plan. */
export interface PlanEdit {
  name: string
  atMs: number
}

/**
 * Who stored this version of a meeting's plan, as the audit log has it; null where that cannot be said: it was the call
 * that changed its agenda, or the account is gone. @throws AppError storage_unavailable
 */
export async function editOf(database: Database, id: string, version: number): Promise<PlanEdit | null> {
  const [entry] = await auditEntries(
    database,
    {
      ...{ personIds: null, address: null, fromMs: null, toMs: null },
      subjectIds: [id],
      actions: ['meeting.created', 'meeting.updated'],
    },
    { before: null, limit: 1 },
  )
  if (!entry || versionIn(entry.detail) !== version) return null
  const user = await database.prisma.user.findUnique({ where: { id: entry.actorId }, select: { name: true } })
  return user && { name: user.name, atMs: entry.at.getTime() }
}

function versionIn(detail: unknown): number {
  return typeof detail === 'object' && detail !== null && 'version' in detail ? Number(detail.version) : 1
}

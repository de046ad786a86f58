import type { Database } from './client.ts'
import { validAt } from './units.ts'

/** What of a new platform has been set up, as the tables tell. Sample people and meetings do not count. */
export interface SetUpFacts {
  units: number
  administrators: number
  secretaries: number
  /** Decisions about anything but the second factor. */
  decidedSettings: number
  /** Decisions about who needs a second factor. */
  factorDecisions: number
  heldMeetings: number
}

/** @throws AppError storage_unavailable */
export async function setUpFacts({ prisma }: Database, nowMs: number): Promise<SetUpFacts> {
  const user = { disabledAt: null, isSample: false }
  const [units, administrators, secretaries, decidedSettings, factorDecisions, heldMeetings] =
    await Promise.all([
      prisma.unit.count({ where: validAt(nowMs) }),
      prisma.roleGrant.count({ where: { role: 'system_admin', user } }),
      prisma.unitMember.count({ where: { role: 'secretary', user } }),
      prisma.settingChange.count({ where: { key: { not: 'secondFactor' } } }),
      prisma.settingChange.count({ where: { key: 'secondFactor' } }),
      prisma.meeting.count({ where: { status: 'ended', isSample: false } }),
    ])
  return { units, administrators, secretaries, decidedSettings, factorDecisions, heldMeetings }
}

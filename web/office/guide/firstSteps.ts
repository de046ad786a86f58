import type { Database } from '#db/client.ts'
import { setUpFacts } from '#db/firstSteps.ts'
import { hasSecondFactor } from '#db/secondFactors.ts'
import { guardAccount, may, type Viewer } from '#office/access.ts'

/** What a new platform needs before a city meets on it, in the order in which it is done. */
export const firstSteps = [
  'second_factor',
  'units',
  'second_administrator',
  'own_unit',
  'secretaries',
  'required_factor',
  'settings',
  'test_meeting',
  'backup',
] as const
export type FirstStep = (typeof firstSteps)[number]

/** Guides who administers a platform that is new. */
export interface Guide {
  /** What is done, as the data have it; null for who does not administer the system, and once all is. */
  steps(viewer: Viewer): Promise<{ step: FirstStep; isDone: boolean }[] | null>
}

/** @param lastBackupAtMs when the platform was last backed up as far as it knows; null for never */
export function createGuide(options: {
  database: Database
  lastBackupAtMs: () => Promise<number | null>
  now?: () => number
}): Guide {
  const { database, lastBackupAtMs } = options
  const now = options.now ?? Date.now
  return {
    async steps(viewer) {
      const userId = guardAccount(viewer)
      if (!may(viewer, 'system:administer')) return null
      const [facts, hasFactor, backupAtMs] = await Promise.all([
        setUpFacts(database, now()),
        hasSecondFactor(database, userId),
        lastBackupAtMs(),
      ])
      const done: Record<FirstStep, boolean> = {
        second_factor: hasFactor,
        units: facts.units > 1,
        second_administrator: facts.administrators > 1,
        own_unit: viewer.units.length > 0,
        secretaries: facts.secretaries > 0,
        required_factor: facts.factorDecisions > 0,
        settings: facts.decidedSettings > 0,
        test_meeting: facts.heldMeetings > 0,
        backup: backupAtMs !== null,
      }
      if (firstSteps.every((step) => done[step])) return null
      return firstSteps.map((step) => ({ step, isDone: done[step] }))
    },
  }
}

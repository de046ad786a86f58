import type { Bus } from '#contract/bus.ts'
import { asCaller } from '#db/audit.ts'
import type { Log } from '#contract/log.ts'
import type { Database } from '#db/client.ts'
import type { Settings } from '#db/settings.ts'
import type { AuditHead } from '#db/auditProof.ts'
import type { RecordingStorage } from '#recorder/storage.ts'
import { type MeetingChange, meetingChangedTopic } from '#contract/meetingChanged.ts'
import { type Revocation, revocationTopic } from '#contract/revocation.ts'
import type { Accounts } from './accounts/accounts.ts'
import { createAudit } from './audit/audit.ts'
import { createBodies } from './bodies/bodies.ts'
import { createAttendance } from './attendance/attendance.ts'
import { createCallHome } from './meetings/callHome.ts'
import { createGuide } from './guide/firstSteps.ts'
import { createMeetings } from './meetings/meetings.ts'
import { createMinutes } from './minutes/minutes.ts'
import { createPeople } from './people/people.ts'
import { createPersonalExport } from './people/personalExport.ts'
import { createRoles } from './people/roles.ts'
import { createRecordings } from './recordings/recordings.ts'
import { createSettings } from './settings/settings.ts'
import { createStorageUse } from './storage/storageUse.ts'
import { createUnits } from './units/units.ts'

/**
 * What the pages may ask of the platform, on one database, storage and bus. Built once by `deploy/` and reached through
 * `services()`: SvelteKit bundles its own copy of shared modules, so nothing here may be a module singleton. Every
 * method throws AppError; every method that takes a `Viewer` checks what that viewer may do as its first act. Plain
 * data in and out (dates are epoch milliseconds), ready for `load` functions.
 */
export function createServices(parts: {
  accounts: Accounts
  database: Database
  storage: RecordingStorage
  bus: Bus
  settings: Settings
  log: Log
  /** When the platform was last backed up, as far as it knows. */
  lastBackupAtMs: () => Promise<number | null>
  /** What is kept of the audit log outside the database. */
  keptAuditHeads?: () => Promise<readonly AuditHead[]>
}) {
  const { accounts, database, storage, bus, settings, log, lastBackupAtMs, keptAuditHeads } = parts
  const onRevoked = (revocation: Revocation) => bus.publish(revocationTopic, revocation)
  const onChanged = (change: MeetingChange) => bus.publish(meetingChangedTopic, change)
  return {
    /** Runs what a request asks for; what it puts into the audit log came from that address. */
    asCaller,
    accounts,
    units: createUnits({ database }),
    bodies: createBodies({ database }),
    people: createPeople({ database, settings, onRevoked }),
    personal: createPersonalExport({ database }),
    roles: createRoles({ database, onRevoked }),
    meetings: createMeetings({
      ...{ database, settings, onRevoked, onChanged },
      callHome: createCallHome({ database, bus }),
    }),
    audit: createAudit({ database, log, ...(keptAuditHeads && { keptHeads: keptAuditHeads }) }),
    attendance: createAttendance({ database, settings, log }),
    minutes: createMinutes({ database, settings, log, onChanged }),
    recordings: createRecordings({ database, storage, bus, log }),
    storageUse: createStorageUse({ database, storage }),
    guide: createGuide({ database, lastBackupAtMs }),
    settings: createSettings({ database, settings }),
    /** Where the pages' unexpected errors go, whole. */
    log,
  }
}

/** What `createServices` builds. */
export type Services = ReturnType<typeof createServices>

declare global {
  var diemCauServices: Services | undefined
}

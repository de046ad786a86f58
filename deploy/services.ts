import type { Bus } from '#contract/bus.ts'
import type { Log } from '#contract/log.ts'
import type { Database } from '#db/client.ts'
import type { RecordingStorage } from '#recorder/storage.ts'
import { type Revocation, revocationTopic } from '#contract/revocation.ts'
import type { AccountsService } from '#office/accounts/accounts.ts'
import { createAttendance } from '#office/attendance/attendance.ts'
import { createMeetings } from '#office/meetings/meetings.ts'
import { createMinutes } from '#office/minutes/minutes.ts'
import { createPeople } from '#office/people/people.ts'
import { createRecordings } from '#office/recordings/recordings.ts'
import type { Services } from '#office/services.ts'
import { createUnits } from '#office/units/units.ts'

/** What the pages may ask of the platform, on one database, storage and bus. */
export function createServices(parts: {
  accounts: AccountsService
  database: Database
  storage: RecordingStorage
  bus: Bus
  log: Log
}): Services {
  const { accounts, database, storage, bus, log } = parts
  const onRevoked = (revocation: Revocation) => bus.publish(revocationTopic, revocation)
  return {
    accounts,
    units: createUnits({ database }),
    people: createPeople({ database, onRevoked }),
    meetings: createMeetings({ database, onRevoked }),
    attendance: createAttendance({ database, log }),
    minutes: createMinutes({ database, log }),
    recordings: createRecordings({ database, storage, bus, log }),
    log,
  }
}

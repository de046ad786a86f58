import type { Database } from '#db/client.ts'
import type { Revocation } from './accounts.ts'
import { createMeetings, type MeetingsOptions } from './meetings.ts'
import { createPeople } from './people.ts'
import type { Services } from './services.ts'
import { createUnits } from './units.ts'

/** The services about units, people and the plans of meetings. */
export function createOfficeServices(options: {
  database: Database
  /** Where ended rights are told: the same as of `createAccounts`. */
  onRevoked?: (revocation: Revocation) => void
  now?: () => number
  rules?: MeetingsOptions['rules']
}): Pick<Services, 'units' | 'people' | 'meetings'> {
  return { units: createUnits(options), people: createPeople(options), meetings: createMeetings(options) }
}

/**
 * How long a text may be, in characters: what a field takes is what the platform keeps. The pages' fields, the forms'
 * schemas and the services' rules all read it here.
 */
export const limits = {
  meetingTitle: 300,
  description: 10_000,
  place: 300,
  /** Why a rule is not kept, why somebody declines, why a meeting is called off. */
  reason: 1000,
  /** The text that settles a rule, as it is cited. */
  settingSource: 300,
  personName: 100,
  passkeyName: 60,
  position: 200,
  unitName: 200,
  itemTitle: 500,
  presenter: 200,
  siteName: 200,
  bodyName: 200,
  /** How a term is written. */
  term: 40,
  sessionName: 200,
  email: 254,
  phone: 30,
  /** The authentication library hashes no more than this. */
  password: 128,
} as const

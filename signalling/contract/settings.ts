import { z } from 'zod'
import { DecisionRule } from './decisionRules.ts'
import { type MeetingKind, meetingKinds } from './meeting.ts'
import type { SpeechKind, SpeechLimits } from './room/speechKinds.ts'

/** A day by its date in Hanoi, `2026-11-23`, and what it is called. */
const NamedDay = z.strictObject({ date: z.iso.date(), name: z.string().trim().max(100) })
const days = z
  .array(NamedDay)
  .max(2000)
  .refine((list) => new Set(list.map((day) => day.date)).size === list.length, 'a day is named twice')

/** Days that are no working days though they fall on a weekday, and the weekend days worked in exchange. */
export const WorkingCalendar = z.strictObject({ daysOff: days, workedWeekends: days })
export type WorkingCalendar = z.infer<typeof WorkingCalendar>

const hours = z
  .number()
  .min(0.5)
  .max(24 * 14)
  .nullable()

/** What a rule is about; the page of settings is ordered by it. */
export const settingGroups = [
  'invitation',
  'meeting',
  'decisions',
  'attendance',
  'minutes',
  'calendar',
  'storage',
  'accounts',
] as const
export type SettingGroup = (typeof settingGroups)[number]

/** What a number counts; null for what is no single number. */
export type SettingUnit = 'workingDays' | 'days' | 'hours' | 'minutes' | 'characters' | 'kinds' | 'gigabytes'

interface Definition<S extends z.ZodType> {
  group: SettingGroup
  schema: S
  /** What applies where nobody has settled anything else. */
  standard: z.output<S>
  unit: SettingUnit | null
  /** Where the standard value comes from, as it is cited; empty when it is the platform's own. */
  source: string
}

const define = <S extends z.ZodType>(definition: Definition<S>): Definition<S> => definition
const whole = (least: number, most: number) => z.number().int().min(least).max(most)
const named = (name: string, ...dates: string[]) => dates.map((date) => ({ date, name }))

/** How long one may speak, by the meeting's kind; as long as it takes but where it is set. */
const speechTime = (ofCouncil: number) =>
  define({
    group: 'meeting',
    schema: z.record(z.enum(meetingKinds), z.number().min(0.5).max(240).nullable()),
    standard: {
      ...(Object.fromEntries(meetingKinds.map((kind) => [kind, null])) as Record<MeetingKind, null>), // of each
      council_session: ofCouncil,
    },
    unit: 'minutes',
    source: '',
  })

const half = { numerator: 1, denominator: 2, isMoreThan: true }
const twoThirds = { numerator: 2, denominator: 3 }
/** Where no law asks for a vote it is an opinion. */
const advisory: DecisionRule = {
  ...{ quorum: null, isBinding: false, base: 'cast', threshold: half, higherThreshold: null },
  ...{ tie: 'fails', ballot: 'open', mayChange: true, substitutesVote: true },
}
const decisionStandards: Partial<Record<MeetingKind, { standard: DecisionRule; source: string }>> = {
  council_session: {
    standard: {
      ...{ quorum: twoThirds, isBinding: true, base: 'total', threshold: half, tie: 'fails' },
      higherThreshold: { ...twoThirds, isMoreThan: false },
      ...{ ballot: 'either', mayChange: false, substitutesVote: false },
    },
    source:
      'Luật Tổ chức chính quyền địa phương 2015, Điều 91; Luật 72/2025/QH15 (túc số 2/3: cần đối chiếu văn bản)',
  },
  committee_sitting: {
    standard: {
      ...{ quorum: twoThirds, isBinding: true, base: 'total', threshold: half, higherThreshold: null },
      ...{ tie: 'chair', ballot: 'either', mayChange: false, substitutesVote: false },
    },
    source:
      'Luật Tổ chức chính quyền địa phương 2015, Điều 113–117; Luật 72/2025/QH15 (quá nửa, ngang phiếu: cần đối chiếu văn bản)',
  },
}

/** The setting of how meetings of a kind decide. */
export type DecisionKey = `decisions.${MeetingKind}`

/** The kind whose decisions a setting is about; null for any other. */
export function decisionKindOf(key: string): MeetingKind | null {
  return meetingKinds.find((kind) => key === `decisions.${kind}`) ?? null
}

/** One setting a kind, since each has its own source. */
const decisions = Object.fromEntries(
  meetingKinds.map((kind) => {
    const { standard, source } = decisionStandards[kind] ?? { standard: advisory, source: '' }
    return [
      `decisions.${kind}`,
      define({ group: 'decisions', schema: DecisionRule, standard, unit: null, source }),
    ]
  }),
) as Record<DecisionKey, Definition<typeof DecisionRule>> // of the closed list

/**
 * Every number and rule that a law, a decision or a house sets: one entry here, one text in each catalogue, and
 * whoever needs it reads `settings.at(atMs).key`. A number that no official decides is a constant, not a setting.
 * They hold for the whole city; a unit's own would be a further column and a further argument of `at`.
 */
export const settingDefinitions = {
  /** Invitations go out this many working days before, except for urgent meetings. */
  noticeWorkingDays: define({
    group: 'invitation',
    schema: whole(0, 60),
    standard: 3,
    unit: 'workingDays',
    source: 'Quyết định 45/2018/QĐ-TTg',
  }),
  /** The longest time by kind; null where none is set. Half a working day is 4 hours; one day counts its noon. */
  longestHours: define({
    group: 'meeting',
    schema: z.record(z.enum(meetingKinds), hours),
    standard: {
      briefing: 4,
      work: 4,
      advisory: 4,
      coordination: 4,
      professional: 10,
      review: 10,
      thematic: 10,
      training: 34,
      committee_sitting: null,
      council_session: null,
      city_conference: null,
    },
    unit: 'hours',
    source: 'Quyết định 45/2018/QĐ-TTg',
  }),
  /** A call that nobody is in any more ends by itself this long after its planned end. */
  forgottenCallMinutes: define({
    group: 'meeting',
    schema: whole(5, 24 * 60),
    standard: 30,
    unit: 'minutes',
    source: '',
  }),
  /** With the floor; then the microphone closes, unless the chair gave more. What councils are used to, no law's number. */
  contributionMinutes: speechTime(7),
  questionMinutes: speechTime(1),
  replyMinutes: speechTime(3),
  pointOfOrderMinutes: speechTime(2),
  ...decisions,
  /** How long after the start somebody still counts as punctual. */
  lateToleranceMinutes: define({
    group: 'attendance',
    schema: whole(0, 120),
    standard: 5,
    unit: 'minutes',
    source: '',
  }),
  /** Conclusions are announced at most this many working days after the end. */
  conclusionWorkingDays: define({
    group: 'minutes',
    schema: whole(1, 60),
    standard: 5,
    unit: 'workingDays',
    source: 'Quyết định 45/2018/QĐ-TTg',
  }),
  /**
   * Public holidays with the days off given around them. The government settles each year's in advance; from the
   * second half of 2026 on the standard is a reckoning.
   */
  workingCalendar: define({
    group: 'calendar',
    schema: WorkingCalendar,
    standard: {
      daysOff: [
        ...named('Quốc khánh', '2025-09-01', '2025-09-02'),
        ...named('Tết Dương lịch', '2026-01-01', '2026-01-02'),
        ...named('Tết Nguyên đán', '2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'),
        ...named('Giỗ Tổ Hùng Vương', '2026-04-27'),
        ...named('Chiến thắng và Quốc tế lao động', '2026-04-30', '2026-05-01'),
        ...named('Quốc khánh', '2026-08-31', '2026-09-01', '2026-09-02'),
        ...named('Ngày Văn hóa Việt Nam', '2026-11-24'),
        ...named('Tết Dương lịch', '2027-01-01'),
        ...named('Tết Nguyên đán', '2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11'),
        ...named('Giỗ Tổ Hùng Vương', '2027-04-16'),
        ...named('Chiến thắng và Quốc tế lao động', '2027-04-30', '2027-05-03'),
        ...named('Quốc khánh', '2027-09-02', '2027-09-03'),
        ...named('Ngày Văn hóa Việt Nam', '2027-11-24'),
      ],
      workedWeekends: named('Làm bù', '2026-01-10', '2026-08-22'),
    },
    unit: null,
    source: 'Bộ luật Lao động 2019, Điều 112; Nghị quyết 80-NQ/TW ngày 07/01/2026 (ngày 24/11)',
  }),
  /** What all recordings may take, of 10^9 bytes each; then no new one begins. 0: no bound. */
  recordingQuotaGb: define({
    group: 'storage',
    schema: whole(0, 900_000),
    standard: 0,
    unit: 'gigabytes',
    source: '',
  }),
  /**
   * So long after its minutes are published a recording is deleted, unless it is to be kept. 0: never. That a term is
   * settled and said: Luật 91/2025/QH15.
   */
  recordingRetentionDays: define({
    group: 'storage',
    schema: whole(0, 36_500),
    standard: 0,
    unit: 'days',
    source: '',
  }),
  /** The least length of a new password. That it can be set: QĐ 742/QĐ-BTTTT of 22/4/2022, as the next ones. */
  passwordLength: define({
    group: 'accounts',
    schema: whole(8, 64),
    standard: 12,
    unit: 'characters',
    source: '',
  }),
  /** Of small letters, capitals, digits and others, so many a new password has at least. 1: it does not matter. */
  passwordKinds: define({
    group: 'accounts',
    schema: whole(1, 4),
    standard: 1,
    unit: 'kinds',
    source: '',
  }),
  /** How hard a new password is to guess: not judged, 10^8 tries, 10^10 tries. */
  passwordStrength: define({
    group: 'accounts',
    schema: z.enum(['unchecked', 'moderate', 'strong']),
    standard: 'strong',
    unit: null,
    source: '',
  }),
  /** Who gives a second factor before the office opens; whoever has one gives it in any case. */
  secondFactor: define({
    group: 'accounts',
    schema: z.enum(['nobody', 'administrators', 'secretaries', 'everybody']),
    standard: 'nobody',
    unit: null,
    source: '',
  }),
  /** How long after a password or a second factor was given its holder administers without giving it again. */
  confirmationMinutes: define({
    group: 'accounts',
    schema: whole(1, 12 * 60),
    standard: 15,
    unit: 'minutes',
    source: '',
  }),
  /** A session that nobody used for so long ends. Being in a call is use. */
  idleMinutes: define({
    group: 'accounts',
    schema: whole(5, 12 * 60),
    standard: 30,
    unit: 'minutes',
    source: '',
  }),
  /** How long a link to set a password, and the first administrator's, is good. */
  setupLinkHours: define({
    group: 'accounts',
    schema: whole(1, 24 * 14),
    standard: 24,
    unit: 'hours',
    source: '',
  }),
  /** How long a browser that was trusted is not asked for the second factor; 0: it is always asked. */
  trustedDeviceDays: define({
    group: 'accounts',
    schema: whole(0, 90),
    standard: 30,
    unit: 'days',
    source: '',
  }),
} as const

export type SettingKey = keyof typeof settingDefinitions
export type SettingValue<K extends SettingKey> = z.output<(typeof settingDefinitions)[K]['schema']>
/** All settings as they are at one moment. */
export type SettingValues = { readonly [K in SettingKey]: SettingValue<K> }

export const settingKeys = Object.keys(settingDefinitions) as SettingKey[] // of a closed object

/** The settings that have a number for each kind of meeting. */
export const byKindKeys = [
  'longestHours',
  'contributionMinutes',
  'questionMinutes',
  'replyMinutes',
  'pointOfOrderMinutes',
] as const satisfies readonly SettingKey[]
export type ByKindKey = (typeof byKindKeys)[number]

/** Whether a setting has a number for each kind of meeting. */
export function isByKind(key: SettingKey): key is ByKindKey {
  return (byKindKeys as readonly SettingKey[]).includes(key)
}

/** How long one may have the floor in a meeting of a kind. */
export function speechLimitsOf(values: SettingValues, kind: MeetingKind): SpeechLimits {
  const ms = (key: `${SpeechKind}Minutes`): number | null => {
    const minutes = values[key][kind]
    return minutes === null ? null : minutes * 60_000
  }
  return {
    contribution: ms('contributionMinutes'),
    question: ms('questionMinutes'),
    reply: ms('replyMinutes'),
    pointOfOrder: ms('pointOfOrderMinutes'),
  }
}

/** What one may choose from, for a setting that is one of a few; null for any other. */
export function choicesOf(key: SettingKey): readonly string[] | null {
  const { schema } = settingDefinitions[key]
  return schema instanceof z.ZodEnum ? schema.options : null
}

/** Whether a text names a setting. */
export function isSettingKey(text: string): text is SettingKey {
  return Object.hasOwn(settingDefinitions, text)
}

/** One decision about one setting: kept for ever, never changed. */
export interface SettingChange {
  /** Rising in the order in which they were made. */
  id: number
  key: SettingKey
  /** As its definition's schema has it. */
  value: unknown
  /** The text that settles it, as it is cited. */
  source: string
  validFromMs: number
}

/**
 * What was settled and what will be, in the order of time. What happened in March is judged by March's rules: whoever
 * asks names the moment. Of two decisions for the same moment the later made holds. Pure, and never changed: a new
 * decision makes a new history.
 */
export class SettingHistory {
  readonly #changes: readonly SettingChange[]

  /** @param changes in any order */
  constructor(changes: readonly SettingChange[]) {
    this.#changes = changes.toSorted((a, b) => a.validFromMs - b.validFromMs || a.id - b.id)
  }

  /** The rules in force at a moment. */
  at(atMs: number): SettingValues {
    const values: Record<string, unknown> = {}
    for (const key of settingKeys) values[key] = settingDefinitions[key].standard
    for (const { key, value, validFromMs } of this.#changes) if (validFromMs <= atMs) values[key] = value
    return values as SettingValues // each value was parsed with its key's schema
  }

  /** The decision in force at a moment; null where the standard applies. */
  changeAt(key: SettingKey, atMs: number): SettingChange | null {
    return this.#changes.findLast((change) => change.key === key && change.validFromMs <= atMs) ?? null
  }

  /** The text that settles it at a moment, as it is cited; empty when it is the platform's own rule. */
  sourceAt(key: SettingKey, atMs: number): string {
    return this.changeAt(key, atMs)?.source ?? settingDefinitions[key].source
  }

  /** What is decided and not yet in force, first things first; without what a later decision took the place of. */
  upcoming(key: SettingKey, atMs: number): SettingChange[] {
    const later = this.#changes.filter((change) => change.key === key && change.validFromMs > atMs)
    return later.filter((change, i) => later[i + 1]?.validFromMs !== change.validFromMs)
  }

  /** The id of the last decision about a setting; 0 where there is none. */
  lastId(key: SettingKey): number {
    return this.#changes.reduce((last, change) => (change.key === key ? Math.max(last, change.id) : last), 0)
  }
}

/** Who knows what is settled; `prisma/settings.ts` reads it from the database. */
export interface SettingsReader {
  /** @throws AppError storage_unavailable when it was never read */
  history(): Promise<SettingHistory>
}

/** The bus topic that says: settings were changed, read them again. */
export const settingsTopic = 'settings:changed'

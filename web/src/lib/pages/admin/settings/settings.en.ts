import { common } from '#web/text/common.en.ts'
import { ofKinds, type SettingsMessages } from './settings.vi.ts'

/** The legal numbers and rules in English. */
export const settings: SettingsMessages = {
  title: 'Rules',
  lead: 'The numbers and rules that the platform checks, with their sources. Each meeting keeps the rules of its day.',
  groups: {
    invitation: 'Invitations',
    meeting: 'Meetings',
    decisions: 'Quorum and votes',
    attendance: 'Attendance',
    minutes: 'Minutes and conclusions',
    calendar: 'Working days',
    storage: 'Storage',
    accounts: 'Accounts and signing in',
  },
  names: {
    noticeWorkingDays: 'Notice of invitations',
    longestHours: 'Longest meeting',
    forgottenCallMinutes: 'End of a forgotten meeting',
    contributionMinutes: 'Time to speak',
    questionMinutes: 'Time to ask',
    replyMinutes: 'Time to answer',
    pointOfOrderMinutes: 'Time for a point of order',
    ...ofKinds((kind) => common.kinds[kind]),
    lateToleranceMinutes: 'Lateness',
    conclusionWorkingDays: 'Time to announce conclusions',
    workingCalendar: 'Days off and days worked in exchange',
    recordingQuotaGb: 'Quota of recordings',
    recordingRetentionDays: 'Retention of recordings',
    passwordLength: 'Length of passwords',
    passwordKinds: 'Kinds of characters in passwords',
    passwordStrength: 'How hard passwords are to guess',
    secondFactor: 'Second factor',
    confirmationMinutes: 'Confirmation for administration',
    idleMinutes: 'End of an idle session',
    setupLinkHours: 'Links to set a password',
    trustedDeviceDays: 'Remembered devices',
  },
  about: {
    noticeWorkingDays:
      'Invitations go out at least this many working days before, except for urgent meetings. Later ones need a reason.',
    longestHours: 'The planner is warned when a meeting is longer than its kind allows.',
    forgottenCallMinutes: 'A meeting with nobody left in it ends by itself this long after its planned end.',
    contributionMinutes:
      'From when the floor is given. When the time is up the speaker’s microphone closes, unless the chair gave more.',
    questionMinutes: 'As the time to speak, for each question.',
    replyMinutes: 'As the time to speak, for each answer.',
    pointOfOrderMinutes: 'As the time to speak, for points of order.',
    ...ofKinds(() => ''),
    'decisions.council_session':
      'Shares are of all delegates, in whole numbers. The higher one is for what needs more, as the dismissal of a delegate.',
    'decisions.committee_sitting': 'Shares are of all members of the People’s Committee, in whole numbers.',
    lateToleranceMinutes: 'Whoever comes in later than this after the start is listed as late.',
    conclusionWorkingDays: 'Conclusions are announced at most this many working days after the meeting.',
    workingCalendar:
      'Used where working days are counted. Saturdays and Sundays are off but for those worked in exchange.',
    recordingQuotaGb:
      'What all recordings may take. Administrators are warned from 90% on; at the quota no new recording begins, and those already running continue. 0: no limit.',
    recordingRetentionDays:
      'This many days after the minutes are published, a recording is deleted for good, unless the secretary keeps it. It is never deleted before the minutes are published. Announced 30 days ahead. 0: kept for ever. Law 91/2025/QH15 requires that the retention of personal data be stated.',
    passwordLength:
      'A new password has at least this many characters. Decision 742/QĐ-BTTTT requires that length and kinds can be set.',
    passwordKinds:
      'A new password has at least this many of 4 kinds: lower-case letters, capitals, digits, symbols. 1 when it does not matter.',
    passwordStrength:
      'Common passwords, keys in a row, and passwords made from the holder’s name, address or units are refused.',
    secondFactor:
      'Who needs a second factor (an authenticator app or a passkey) to use the office. It is not asked for when joining a meeting. Whoever has set one up is always asked.',
    confirmationMinutes:
      'Administration (accounts, roles, rules) asks for the password or a second factor again this many minutes after it was last given.',
    idleMinutes:
      'A session that is not used for this many minutes ends, and its holder signs in again. Being in a meeting and typing count as use.',
    setupLinkHours:
      'Links that activate an account or set a new password are valid for this many hours, once.',
    trustedDeviceDays:
      'A remembered device is not asked for the second factor for this many days. 0: it is always asked.',
  },
  amount: (count, unit) => {
    if (unit === 'gigabytes') return `${count} GB`
    const words = {
      ...{ workingDays: 'working day', days: 'day', hours: 'hour', minutes: 'minute' },
      ...{ characters: 'character', kinds: 'kind' },
    }
    return `${count} ${words[unit]}${count === '1' ? '' : 's'}`
  },
  unitNames: {
    ...{ workingDays: 'working days', days: 'days', hours: 'hours', minutes: 'minutes' },
    ...{ characters: 'characters', kinds: 'kinds', gigabytes: 'GB' },
  },
  choices: {
    nobody: 'Nobody has to',
    administrators: 'Administrators, of the city and of units',
    secretaries: 'Administrators and every office role (secretary, clerk, technician, auditor)',
    everybody: 'Every account',
    unchecked: 'Not judged',
    moderate: 'Moderate: takes over 100 million guesses',
    strong: 'Strong: takes over 10 billion guesses',
  },
  decisions: {
    quorum: 'Quorum',
    quorumHint: 'A share of all members, for example 2/3. Empty: none is asked for.',
    quorumBrief: (share) => `Quorum ${share}`,
    noQuorum: 'no quorum',
    binding: 'What a vote does',
    bindings: { yes: 'Decides', no: 'Asks for opinions only' },
    base: 'Counted of',
    bases: { total: 'all members', present: 'those present', cast: 'the votes cast' },
    threshold: 'Carried by',
    higher: 'What needs more',
    higherHint: 'A dismissal, for example. Leave the share empty if nothing does.',
    than: 'Compared as',
    thans: { more: 'more than', least: 'at least' },
    share: 'Share',
    passes: (than, share, base) => `${than} ${share} of ${base}`,
    tie: 'At equal numbers',
    ties: { fails: 'The motion fails', chair: 'As the chair voted' },
    ballot: 'Form',
    ballots: { open: 'Open', secret: 'Secret ballot', either: 'Open or secret ballot' },
    mayChange: 'A vote may be changed until closing',
    substitutes: 'Substitutes may vote',
    yesNo: { yes: 'Yes', no: 'No' },
  },
  noLimit: 'No limit',
  kindsLimited: (count) =>
    `${count} ${count === 1 ? 'kind of meeting has' : 'kinds of meeting have'} a limit`,
  daysInYear: (count, year) => `${count} days off in ${year}`,
  columns: { name: 'Rule', value: 'In force', source: 'Source', upcoming: 'Upcoming' },
  ownRule: 'The platform’s own rule',
  since: (day) => `since ${day}`,
  from: (day) => `From ${day}`,
  standard: 'Initial value',
  inForce: 'In force',
  upcoming: 'Upcoming',
  nothingUpcoming: 'No change is planned.',
  withdraw: 'Withdraw this change',
  withdrawOf: (day) => `Withdraw the change from ${day}`,
  withdrawn: 'The change was withdrawn.',
  change: 'Set a new value',
  value: 'New value',
  hoursHint: 'Hours; empty where there is no limit.',
  minutesHint: 'Minutes; empty where there is no limit.',
  daysOff: 'Days off on weekdays',
  workedWeekends: 'Weekend days worked in exchange',
  daysHint: 'One day or span per line, then its name: 16/02/2026 – 20/02/2026 Tết Nguyên đán.',
  sourceField: 'Source',
  sourceHint: 'Number, symbol and article of the text; empty when it is your own rule.',
  validFrom: 'In force from',
  calendar: 'Choose the day in a calendar',
  dayWrong: 'Please enter a day, for example 01/01/2027.',
  validFromHint: 'Today means at once. Meetings before this day keep the old rule.',
  reason: 'Note',
  save: 'Set the value',
  confirmTitle: 'Set the new value?',
  confirm: (name, day) =>
    `“${name}” changes from ${day} on for the whole city. Meetings before that day keep the old rule. It is written into the audit log.`,
  confirmNow: (name) =>
    `“${name}” changes now for the whole city. Meetings that have begun keep the old rule. It is written into the audit log.`,
  saved: (day) => `Set; in force from ${day}.`,
  conflict:
    'Somebody else has just set this rule. What you entered is kept; please check it before you set it.',
  invalid: {
    value: 'This value cannot be used. Please check it.',
    line: (line) => `Line ${line} is not a day. Write it as 16/02/2026 Tết Nguyên đán.`,
    validFrom: 'Please choose today or a later day.',
    source: 'The source is too long.',
  },
  history: 'Earlier decisions',
  historyEmpty: 'Nobody has changed it; the initial value applies.',
  historyColumns: { value: 'Value', validFrom: 'In force from', source: 'Source', by: 'Set by' },
  unknownPerson: 'Account no longer there',
}

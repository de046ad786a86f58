import type { HomeMessages } from './home.vi.ts'

/** The first page in English. */
export const home: HomeMessages = {
  title: 'Today',
  next: 'Next meeting',
  now: 'In progress',
  join: 'Join',
  view: 'Open the meeting',
  prepare: 'Go to the waiting room',
  today: 'Today',
  week: 'This week',
  waiting: 'Waiting for you',
  nothingNext: 'No upcoming meeting',
  nothingNextText: 'When you are invited, your next meeting appears here.',
  nothingToday: 'No other meeting today.',
  nothingWeek: 'No other meeting this week.',
  nothingWaiting: 'Nothing is waiting.',
  answer: 'Answer the invitation',
  minutesDue: 'Finish the minutes',
  approval: 'Approve the minutes',
  due: (date) => `due ${date}`,
  overdue: (date) => `overdue since ${date}`,
  startsIn: (text) => `Starts ${text}`,
  started: 'Started at',
  dueNow: 'It is time',
  countdown: 'In',
  dueRecordings: {
    title: (count, day) =>
      count === 1
        ? `1 recording will be deleted before ${day}`
        : `${count} recordings will be deleted before ${day}`,
    recordedOn: (day) => `Recorded on ${day}`,
    deletedOn: (day) => `Deleted on ${day}`,
    keep: 'Keep',
    keepOf: (title) => `Keep the recording: ${title}`,
    kept: (title) => `The recording of “${title}” is kept.`,
    reason: 'Kept by the secretary when reminded of its deletion',
    more: (count) => `and ${count} more`,
  },
  unitQuota: {
    near: (unit, used, quota) =>
      `The recordings of ${unit} have nearly used up its quota: ${used} of ${quota}.`,
    full: (unit, used, quota) => `The recordings of ${unit} have used up its quota: ${used} of ${quota}.`,
    several: (count, units) =>
      `${count} units have nearly or wholly used up their recordings’ quota: ${units}.`,
  },
  guide: {
    title: 'First steps',
    done: (done, all) => `${done} of ${all} done`,
    isDone: 'done',
    putAway: 'Hide',
    show: 'Show',
    steps: {
      second_factor: {
        title: 'Set up a second factor for this account',
        text: 'An administrator’s account opens every unit; a password alone does not protect it.',
      },
      units: { title: 'Check the units', text: 'Names, codes and levels of the departments and communes.' },
      second_administrator: {
        title: 'Add a second administrator',
        text: 'So that nobody is locked out when one is away or loses a device.',
      },
      own_unit: {
        title: 'Belong to a unit',
        text: 'The second administrator enters unit and position for this account; nobody does so for themselves.',
      },
      secretaries: {
        title: 'Invite the units’ secretaries',
        text: 'A secretary plans the unit’s meetings, invites, and writes their minutes.',
      },
      required_factor: {
        title: 'Require a second factor',
        text: 'It is required of nobody yet. Require it of administrators and office roles.',
      },
      settings: {
        title: 'Look through the rules and decide',
        text: 'Days of notice, days for conclusions, passwords, second factors: each with the legal text behind it.',
      },
      test_meeting: {
        title: 'Hold a test meeting',
        text: 'A secretary plans it, a few people join from real devices and rooms; then end it and look at the minutes.',
      },
      backup: {
        title: 'Make a first backup',
        text: 'On the server: npm run backup -- FOLDER. Run it every night, and try restoring it into an empty place.',
      },
    },
  },
  iAm: (role) => `Your role: ${role}`,
}

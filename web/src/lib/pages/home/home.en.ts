import type { HomeMessages } from './home.vi.ts'

/** The first page in English. */
export const home: HomeMessages = {
  title: 'Today',
  next: 'Next meeting',
  now: 'In progress',
  join: 'Join',
  view: 'Open the meeting',
  prepare: 'To the waiting room',
  today: 'Today',
  week: 'This week',
  waiting: 'Waiting for you',
  nothingNext: 'No meeting ahead',
  nothingNextText: 'When you are invited, the nearest meeting appears here.',
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
  iAm: (role) => `You are: ${role}`,
}

import type { MeetingsMessages } from './meetings.vi.ts'

/** The list of meetings in English. */
export const meetings: MeetingsMessages = {
  title: 'Meetings',
  query: 'Find a meeting',
  queryHint: 'By name, chair, unit or place; diacritics are not needed',
  period: 'Period',
  periods: {
    upcoming: 'From today',
    past: 'Past',
    before: 'Before 1/7/2025 (three levels)',
    all: 'All',
  },
  status: 'State',
  anyStatus: 'Any state',
  clear: 'Clear',
  columns: {
    time: 'Time',
    meeting: 'Meeting',
    unit: 'Held by',
    status: 'State',
    mine: 'My role',
    people: 'People',
  },
  minutesOf: (state) => `Minutes: ${state}`,
  count: (count) => (count === 1 ? '1 meeting' : `${count} meetings`),
  limited: (count) => `The first ${count} meetings are shown. Please filter to see others.`,
  empty: 'No meetings yet',
  emptyText: 'Meetings that you are invited to, and your unit’s, appear here.',
  emptyFiltered: 'No meeting fits',
  emptyFilteredText: 'Please try another word or another period.',
}

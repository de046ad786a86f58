import { responses } from '#web/text/names.en.ts'
import type { MeetingsMessages } from './meetings.vi.ts'

/** The list of meetings in English. */
export const meetings: MeetingsMessages = {
  title: 'Meetings',
  join: 'Join',
  responses,
  query: 'Find a meeting',
  queryHint: 'By name, chair, unit or place; diacritics are not needed',
  period: 'Period',
  periods: {
    upcoming: 'From today',
    past: 'Past',
    before: 'Before 1/7/2025 (three levels)',
    all: 'All',
  },
  status: 'Status',
  anyStatus: 'Any status',
  clear: 'Clear',
  columns: {
    time: 'Time',
    meeting: 'Meeting',
    unit: 'Host',
    status: 'Status',
    mine: 'My role',
    people: 'People',
  },
  minutesOf: (state) => `Minutes: ${state}`,
  count: (count) => (count === 1 ? '1 meeting' : `${count} meetings`),
  empty: 'No meetings yet',
  emptyText: 'Your unit’s meetings, and those you are invited to, appear here.',
  emptyFiltered: 'No meeting matches',
  emptyFilteredText: 'Please try another word or another period.',
}

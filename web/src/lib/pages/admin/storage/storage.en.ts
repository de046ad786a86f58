import type { StorageMessages } from './storage.vi.ts'

/** What recordings and the database take, in English. */
export const storage: StorageMessages = {
  title: 'Storage',
  lead: 'What recordings take, by unit and by meeting.',
  free: 'Free on the disk',
  ofTotal: (total) => `of ${total}`,
  recordings: 'Recordings',
  database: 'Database',
  noQuota: 'No quota set',
  ofQuota: (quota) => `of a quota of ${quota}`,
  changeQuota: 'Set the quota',
  nearTitle: 'The quota for recordings is nearly used up',
  fullTitle: 'The quota for recordings is used up',
  nearText: (used, quota) => `${used} of ${quota} are used. Once it is full, no new recording begins.`,
  fullText: (used, quota) =>
    `${used} of ${quota} are used. No new recording begins; those already running continue. Please raise the quota.`,
  view: 'View storage',
  search: 'Find a meeting or unit',
  byUnit: 'By unit',
  byMeeting: 'By meeting',
  columns: {
    unit: 'Unit',
    meeting: 'Meeting',
    day: 'Day',
    duration: 'Length',
    count: 'Recordings',
    size: 'Size',
  },
  countOf: (count) => `${count} ${count === '1' ? 'recording' : 'recordings'}`,
  empty: 'No recordings yet',
  emptyFound: 'No recorded meeting found',
  pages: 'Pages',
  previous: 'Previous page',
  next: 'Next page',
}

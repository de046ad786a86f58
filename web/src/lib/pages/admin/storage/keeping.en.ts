import type { KeepingMessages } from './keeping.vi.ts'

/** What is deleted by the rule, what is unfinished, and units' quotas, in English. */
export const keeping: KeepingMessages = {
  due: 'To be deleted under the retention rule',
  rule: (days) =>
    `Recordings are deleted ${days} ${days === '1' ? 'day' : 'days'} after the minutes are published.`,
  forEver: 'No retention period is set: recordings are kept for ever.',
  source: (source) => `Source: ${source}`,
  change: 'Set the retention period',
  none: 'No recording will be deleted in the next 30 days.',
  deleteOn: 'Deleted on',
  unfinished: 'Raw data still held',
  unfinishedText:
    'Recordings that could not be put together, or only in part. They can be deleted once the minutes are published.',
  recording: 'Recording',
  state: 'State',
  states: { failed: 'Could not be put together', damaged: 'Put together in part' },
  acts: 'Actions',
  quota: 'Quota',
  noQuota: 'None of its own',
  full: 'Used up',
  near: 'Nearly used up',
  setQuota: (unit) => `Set the quota of ${unit}`,
  setQuotaBrief: 'Set quota',
  quotaGb: 'Quota (GB)',
  quotaHint:
    'Once it is used up, the unit’s meetings cannot start recording; recordings already running continue. 0: no quota of its own.',
  quotaWrong: 'Please enter a whole number from 0 to 900000.',
  save: 'Save',
  saved: 'The quota is set.',
}

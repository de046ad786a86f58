import type { ErrorCode } from '#contract/errors.ts'
import type { ErrorText } from './errors.vi.ts'

/** Every expected failure in English. */
export const errors: Record<ErrorCode, ErrorText> = {
  bad_request: {
    what: 'Something in what was sent is wrong.',
    cure: 'Nothing has changed. Please check the fields and send again.',
  },
  too_large: { what: 'What was sent is too large.', cure: 'Nothing was saved. Please shorten it.' },
  document_too_long: {
    what: 'The text is too long to be made into a file.',
    cure: 'What was written is kept. Please shorten it (some 250 pages at most), or move parts into an annex.',
  },
  busy: { what: 'The system is busy.', cure: 'Please try again in a few seconds.' },
  rate_limited: { what: 'There were too many attempts.', cure: 'Please wait a few minutes and try again.' },
  unauthenticated: { what: 'The session has ended.', cure: 'What was saved is kept. Please sign in again.' },
  second_factor_needed: {
    what: 'A second factor is needed.',
    cure: 'Nothing was changed. Please enter your code, then do this again.',
  },
  confirmation_needed: {
    what: 'Please confirm that it is you.',
    cure: 'Nothing was changed. Please enter your password or a code, then do this again.',
  },
  not_found: {
    what: 'This page was not found.',
    cure: 'It does not exist, or this account may not see it. Please check the address.',
  },
  forbidden: {
    what: 'This account may not do that.',
    cure: 'Nothing has changed. If you need it, ask the meeting’s secretary or the administrator.',
  },
  link_expired: {
    what: 'This link has expired.',
    cure: 'Please ask the meeting’s secretary or the administrator for a new one.',
  },
  meeting_not_open: {
    what: 'The meeting has not started.',
    cure: 'This page goes in by itself when the chair or the secretary opens it.',
  },
  meeting_ended: {
    what: 'The meeting has ended.',
    cure: 'Its results are on the meeting’s page; the secretary can tell you more.',
  },
  meeting_cancelled: {
    what: 'The meeting was cancelled.',
    cure: 'The reason is on the meeting’s page; the secretary can tell you more.',
  },
  already_joined: {
    what: 'You are in the meeting from another page.',
    cure: 'You can bring the meeting to this page; the other one will leave.',
  },
  taken_over: {
    what: 'The meeting moved to another page.',
    cure: 'Please go on there, or bring it back to this page.',
  },
  removed: {
    what: 'You were removed from the meeting.',
    cure: 'If that is a mistake, please contact the secretary.',
  },
  not_in_call: { what: 'You are not in the meeting.', cure: 'Please join, then try again.' },
  wrong_node: { what: 'The meeting moved to another server.', cure: 'This page is connecting again.' },
  node_closing: {
    what: 'The server is being replaced.',
    cure: 'This page is connecting again; nothing is lost.',
  },
  invalid_state: {
    what: 'This is no longer possible in the present state.',
    cure: 'Nothing has changed. Please reload the page to see the new state.',
  },
  conflict: {
    what: 'Somebody else has just changed this.',
    cure: 'What you typed is kept on the page. Please look at the new version, then save again.',
  },
  media_unavailable: {
    what: 'The picture and sound server does not answer.',
    cure: 'This page will try again. If it lasts, please tell the administrator.',
  },
  media_rejected: {
    what: 'Picture and sound could not be set up.',
    cure: 'Please reload the page; if that does not help, use another browser.',
  },
  recording_unavailable: {
    what: 'The recorder does not answer; the meeting is not recorded.',
    cure: 'The meeting goes on. Please try to record again in a few minutes.',
  },
  recording_quota_reached: {
    what: 'The quota for recordings is used up.',
    cure: 'The meeting goes on without a recording. Please tell the administrator.',
  },
  unit_quota_reached: {
    what: 'The unit’s quota for recordings is used up.',
    cure: 'The meeting goes on without a recording. Please tell the unit’s administrator.',
  },
  disk_full: {
    what: 'The server has no room left.',
    cure: 'What was saved is kept. Please tell the administrator.',
  },
  storage_unavailable: {
    what: 'The database does not answer.',
    cure: 'Nothing has changed. Please try again in a few minutes.',
  },
  timeout: {
    what: 'The system answered too slowly.',
    cure: 'It may or may not be done. Please reload the page to see before doing it again.',
  },
  internal: {
    what: 'Something went wrong in the system.',
    cure: 'What was saved is kept. The fault was logged; please try again in a few minutes.',
  },
}

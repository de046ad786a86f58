import type { OverMessages } from './over.vi.ts'

export const over: OverMessages = {
  leftTitle: 'You have left the meeting',
  leftText: 'The meeting may still be going on.',
  goneTitle: 'This meeting no longer exists',
  goneText:
    'It was deleted from the calendar, or you are no longer invited. Please ask the meeting’s secretary.',
  linkOverTitle: 'The link into the meeting is no longer good',
  linkOverText: 'Please open the new link that the meeting’s secretary sends.',
  oldText: 'This page has to be loaded anew to join the meeting.',
  backByItself: 'This display comes back by itself as soon as it may.',
  rejoin: 'Join again',
  takeBack: 'Move to this page',
}

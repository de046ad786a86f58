import type { OverMessages } from './over.vi.ts'

export const over: OverMessages = {
  leftTitle: 'You have left the meeting',
  leftText: 'The meeting may still be going on.',
  goneTitle: 'This meeting no longer exists',
  goneText:
    'It was deleted from the calendar, or you are no longer invited. Please ask the meeting’s secretary.',
  rejoin: 'Join again',
  takeBack: 'Move to this page',
}

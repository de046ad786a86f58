import type * as vi from './laterWords.vi.ts'

/** The same in English. */
export const laterWords: typeof vi.laterWords = {
  proposalTitle: 'The secretary proposes to record the meeting',
  proposalText: 'While it is recorded, everyone is told and a mark is always shown.',
  decline: 'Do not record',
  proposalSent: 'Waiting for the chair’s decision on recording',
  notice: 'Notice of recording',
  noticeTitle: 'The meeting is being recorded.',
  noticeText:
    'The recording is for the minutes and the file; only those authorised can see it. Your confirmation is kept with the attendance.',
  noticeWall: 'A technician confirms once for the whole site.',
  acknowledge: 'I know that the meeting is recorded',
  shortcutList: {
    mic: 'Microphone on or off',
    talk: 'Hold to speak while muted',
    cam: 'Camera on or off',
    hand: 'Ask to speak, or withdraw',
    chat: 'Open the chat',
    next: 'Give the floor to the next speaker',
    extend: '1 more minute for who has the floor',
    pause: 'Stop or start the clock of the speech',
    end: 'End the speech',
    list: 'This list',
    escape: 'Close the side panel',
  },
  space: 'Space',
  leaveTitle: 'Leave the meeting?',
  leaveText: 'The meeting goes on. You can come back at any time.',
  leaveHallTitle: 'Is this site to leave the meeting?',
  leaveHallText:
    'The whole room will no longer see or hear the meeting. To come back, somebody has to press at this machine.',
  endTitle: 'End the meeting for everyone?',
  endText:
    'Everyone leaves. A recording, if there is one, is kept up to now. The secretary can reopen the meeting within 24 hours.',
}

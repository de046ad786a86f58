import type { Handlers } from './handler.ts'

/** The recording: the secretary proposes, the chair decides (QĐ 45/2018). */
export const recordingHandlers = {
  'recording:propose': {
    allows: 'recording:propose',
    place: 'seat',
    run: async ({ call, page }) => {
      await call.act((room, nowMs) => room.recording.propose(page.identity.participantId, nowMs))
      return {}
    },
  },
  'recording:start': {
    allows: 'recording:approve',
    place: 'seat',
    run: async ({ call, page: { identity } }) => {
      await call.startRecording(identity.participantId, identity.name)
      return {}
    },
  },
  'recording:stop': {
    allows: 'recording:stop',
    place: 'seat',
    run: async ({ call, page }) => {
      await call.stopRecording(page.identity.participantId)
      return {}
    },
  },
} satisfies Pick<Handlers, 'recording:propose' | 'recording:start' | 'recording:stop'>

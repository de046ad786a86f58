import type { Handlers } from './handler.ts'

/** The recording: the secretary proposes, the chair decides (QĐ 45/2018). */
export const recordingHandlers = {
  'recording:propose': {
    allows: 'recording:propose',
    needsSeat: true,
    logged: { action: 'recording.proposed' },
    command: (room, by, _payload, nowMs) => room.recording.propose(by, nowMs),
  },
  'recording:start': {
    allows: 'recording:approve',
    needsSeat: true,
    logged: { action: 'recording.started' },
    run: async ({ call, page: { identity } }) => {
      await call.recording.start(identity.participantId, identity.name)
      return {}
    },
  },
  'recording:stop': {
    allows: 'recording:stop',
    needsSeat: true,
    logged: { action: 'recording.stopped' },
    run: async ({ call, page }) => {
      await call.recording.stop(page.identity.participantId)
      return {}
    },
  },
  'recording:acknowledge': {
    allows: 'call:join',
    needsSeat: true,
    command: (room, by, _payload, nowMs) => room.recording.acknowledge(by, nowMs),
  },
} satisfies Pick<
  Handlers,
  'recording:propose' | 'recording:start' | 'recording:stop' | 'recording:acknowledge'
>

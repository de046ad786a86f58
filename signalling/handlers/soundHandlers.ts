import type { Handlers } from './handler.ts'

/** Who may be heard and seen. */
export const soundHandlers = {
  'source:set': {
    allows: (_context, { source }) =>
      source === 'screen' || source === 'screenAudio' ? 'call:shareScreen' : 'call:speak',
    needsSeat: true,
    command: (room, by, { source, level }, nowMs) => room.sound.setSource(by, source, level, nowMs),
  },
  'participant:mute': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, { participantId, source, level }, nowMs) =>
      room.sound.mute(participantId, source, level, by, nowMs),
  },
  'participants:muteAll': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, { forbidUnmute }, nowMs) => room.sound.muteAll(forbidUnmute, by, nowMs),
  },
  'participants:allowUnmute': {
    allows: 'call:moderate',
    needsSeat: true,
    command: (room, by, _payload, nowMs) => room.sound.allowUnmute(by, nowMs),
  },
} satisfies Pick<
  Handlers,
  'source:set' | 'participant:mute' | 'participants:muteAll' | 'participants:allowUnmute'
>

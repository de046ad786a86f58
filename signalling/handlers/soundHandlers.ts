import type { Handlers } from './handler.ts'

/** Who may be heard and seen. */
export const soundHandlers = {
  'source:set': {
    allows: (_context, { source }) =>
      source === 'screen' || source === 'screenAudio' ? 'call:shareScreen' : 'call:speak',
    place: 'seat',
    run: async ({ call, page }, { source, level }) => {
      await call.act((room, nowMs) => room.sound.setSource(page.identity.participantId, source, level, nowMs))
      return {}
    },
  },
  'participant:mute': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ call, page }, { participantId, source, level }) => {
      const by = page.identity.participantId
      await call.act((room, nowMs) => room.sound.mute(participantId, source, level, by, nowMs))
      return {}
    },
  },
  'participants:muteAll': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ call, page }, { forbidUnmute }) => {
      await call.act((room, nowMs) => room.sound.muteAll(forbidUnmute, page.identity.participantId, nowMs))
      return {}
    },
  },
  'participants:allowUnmute': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ call, page }) => {
      await call.act((room, nowMs) => room.sound.allowUnmute(page.identity.participantId, nowMs))
      return {}
    },
  },
} satisfies Pick<
  Handlers,
  'source:set' | 'participant:mute' | 'participants:muteAll' | 'participants:allowUnmute'
>

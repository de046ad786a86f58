import type { Handlers } from './handler.ts'

/** Who may be heard and seen. */
export const soundHandlers = {
  'source:set': {
    allows: (_context, { source }) =>
      source === 'screen' || source === 'screenAudio' ? 'call:shareScreen' : 'call:speak',
    place: 'seat',
    run: async ({ session, page }, { source, level }) => {
      await session.act((room, nowMs) =>
        room.sound.setSource(page.identity.participantId, source, level, nowMs),
      )
      return {}
    },
  },
  'participant:mute': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ session, page }, { participantId, source, level }) => {
      const by = page.identity.participantId
      await session.act((room, nowMs) => room.sound.mute(participantId, source, level, by, nowMs))
      return {}
    },
  },
  'participants:muteAll': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ session, page }, { forbidUnmute }) => {
      await session.act((room, nowMs) => room.sound.muteAll(forbidUnmute, page.identity.participantId, nowMs))
      return {}
    },
  },
  'participants:allowUnmute': {
    allows: 'call:moderate',
    place: 'seat',
    run: async ({ session, page }) => {
      await session.act((room, nowMs) => room.sound.allowUnmute(page.identity.participantId, nowMs))
      return {}
    },
  },
} satisfies Pick<
  Handlers,
  'source:set' | 'participant:mute' | 'participants:muteAll' | 'participants:allowUnmute'
>

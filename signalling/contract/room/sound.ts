import { changeOf, type Rules } from './rules.ts'
import type { SoundEvent } from './soundEvents.ts'
import type { LeavesView, OwnLeaveView, SoundView } from './views.ts'

export const emptySound = { isUnmuteForbidden: false }
export const emptyLeaves: LeavesView = { allowedToUnmute: [] }
export const emptyOwnLeave: OwnLeaveView = { isAllowedToUnmute: false }

export const soundRules: Rules<SoundEvent, { all: SoundView; moderators: LeavesView; own: OwnLeaveView }> = {
  grantChanged: {
    all: (view, { participantId, grant }) => changeOf(view, participantId, () => ({ grant })),
  },
  unmuteForbidden: { all: (_view, { isForbidden }) => ({ isUnmuteForbidden: isForbidden }) },
  unmuteAllowed: {
    moderators: ({ allowedToUnmute }, { participantId, isAllowed }) => {
      const others = allowedToUnmute.filter((id) => id !== participantId)
      return { allowedToUnmute: isAllowed ? [...others, participantId] : others }
    },
    own: (_view, { isAllowed }) => ({ isAllowedToUnmute: isAllowed }),
  },
  trackPublished: {
    all: (view, { participantId, track, atMs }) =>
      changeOf(view, participantId, ({ tracks }) => ({
        tracks: [
          ...tracks.filter(({ source }) => source !== track.source),
          { ...track, publishedAtMs: atMs },
        ],
      })),
  },
  trackUnpublished: {
    all: (view, { participantId, trackId }) =>
      changeOf(view, participantId, ({ tracks }) => ({ tracks: tracks.filter(({ id }) => id !== trackId) })),
  },
}

import { changeOf, type PeopleView, type Rules } from './rules.ts'
import type { SoundEvent } from './soundEvents.ts'

/** Rights and tracks stand with their people (`grant`, `tracks`). */
export interface SoundView extends PeopleView {
  /** Whether "mute all" was asked with unmuting forbidden: those who join later start forbidden too. */
  isUnmuteForbidden: boolean
}

export const emptySound = { isUnmuteForbidden: false }

export const soundRules: Rules<SoundEvent, SoundView> = {
  grantChanged: (view, { participantId, grant }) => changeOf(view, participantId, () => ({ grant })),
  unmuteForbidden: (_view, { isForbidden }) => ({ isUnmuteForbidden: isForbidden }),
  trackPublished: (view, { participantId, track }) =>
    changeOf(view, participantId, ({ tracks }) => ({
      tracks: [...tracks.filter(({ source }) => source !== track.source), track],
    })),
  trackUnpublished: (view, { participantId, trackId }) =>
    changeOf(view, participantId, ({ tracks }) => ({ tracks: tracks.filter(({ id }) => id !== trackId) })),
}

import { z } from 'zod'

/** Where a track comes from. One track per source and participant. */
export const TrackSource = z.enum(['microphone', 'camera', 'screen', 'screenAudio'])
export type TrackSource = z.infer<typeof TrackSource>
export const trackSources = TrackSource.options

/**
 * Of one source. Only what is `open` flows; the others differ in who has to open it:
 *
 *     open              flows
 *     muted             by oneself, or not opened yet
 *     mutedByModerator  the participant may open it; it was not the participant who closed it
 *     forbidden         the participant may not, by the role or by a moderator's word
 *
 * In events stored before November 2026 a moderator's mute is `muted` too.
 */
export const GrantLevel = z.enum(['open', 'muted', 'mutedByModerator', 'forbidden'])
export type GrantLevel = z.infer<typeof GrantLevel>

/** A participant's media rights, enforced where media enters. */
export const Grant = z.strictObject({
  microphone: GrantLevel,
  camera: GrantLevel,
  screen: GrantLevel,
  screenAudio: GrantLevel,
})
export type Grant = z.infer<typeof Grant>

/** audio or video, by source. */
export function mediaKindOf(source: TrackSource): 'audio' | 'video' {
  return source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video'
}

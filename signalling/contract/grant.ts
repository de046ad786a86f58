import { z } from 'zod'

/** Where a track comes from. One track per source and participant. */
export const TrackSource = z.enum(['microphone', 'camera', 'screen', 'screenAudio'])
export type TrackSource = z.infer<typeof TrackSource>
export const trackSources = TrackSource.options

/** open: flows; muted: published or not, nothing flows, the participant may unmute; forbidden: may not. */
export const GrantLevel = z.enum(['open', 'muted', 'forbidden'])
export type GrantLevel = z.infer<typeof GrantLevel>

/** A participant's media rights, enforced where media enters. Self-mute and a moderator's mute are both a grant. */
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

import type { Grant, TrackSource } from '#contract/grant.ts'
import type { LocalSource } from './localMedia.svelte.ts'
import type { MeetingActions } from '#web/call/meetingActions.ts'
import type { MeetingMedia } from './meetingMedia.svelte.ts'

/**
 * One's own microphone, camera and screen between two wills: the person's (`LocalMedia.wanted`, which owns it) and
 * the grant. A switch works here at once and is then asked for; what the grant takes away stops here too; what the
 * grant gives back waits for the person.
 */
export class OwnSources {
  readonly #media: MeetingMedia
  readonly #act: MeetingActions
  readonly #grant: () => Grant | null
  /** Own requests under way by source: until they are answered the grant in the view is the old one. */
  readonly #pending = new Map<TrackSource, number>()

  constructor(media: MeetingMedia, act: MeetingActions, grant: () => Grant | null) {
    this.#media = media
    this.#act = act
    this.#grant = grant
  }

  /** Whether it is switched on and works; in the call also that it flows. */
  isOn(source: LocalSource): boolean {
    const { wanted, problems } = this.#media.local
    return wanted[source] && !problems[source] && !this.isForbidden(source)
  }

  /** Whether a moderator, or the role, forbids the source. */
  isForbidden(source: TrackSource): boolean {
    return this.#grant()?.[source] === 'forbidden'
  }

  /** One's own shared screen is being sent. */
  get isSharing(): boolean {
    return this.#media.screen !== null
  }

  async set(source: LocalSource, isOn: boolean): Promise<void> {
    if (isOn && this.isForbidden(source)) return
    this.#begin(source)
    try {
      const opened = this.#media.local.set(source, isOn)
      this.#media.setFlow(source, isOn)
      const isThere = await opened
      if (!isThere) await this.#media.local.set(source, false)
      if (this.#grant()) await this.#act.setSource(source, isOn && isThere ? 'open' : 'muted')
    } finally {
      this.#end(source)
    }
    // A refusal leaves the grant as it was: so must the switch be.
    if (isOn && this.#grant() && this.#grant()?.[source] === 'forbidden') this.obey()
  }

  toggle(source: LocalSource): Promise<void> {
    return this.set(source, !this.isOn(source))
  }

  /** The device is gone: in the call the others must not look at its last picture, nor wait for a word. */
  lost(source: LocalSource): void {
    if (this.#grant()) void this.set(source, false)
  }

  async shareScreen(): Promise<void> {
    if (this.isForbidden('screen')) return
    this.#begin('screen')
    try {
      if (!(await this.#media.shareScreen())) return
      const isOpen = this.#grant()?.screen === 'open'
      if (!isOpen && !(await this.#act.setSource('screen', 'open'))) this.stopScreen()
    } finally {
      this.#end('screen')
    }
  }

  stopScreen(): void {
    this.#media.stopScreen()
  }

  /** To be called with every change of the view. */
  obey(): void {
    const grant = this.#grant()
    if (!grant) return
    for (const source of ['microphone', 'camera'] as const) {
      if (this.#pending.get(source) && grant[source] !== 'forbidden') continue
      const isOpen = grant[source] === 'open'
      if (!isOpen && this.#media.local.wanted[source]) void this.#media.local.set(source, false)
      this.#media.setFlow(source, isOpen && this.#media.local.wanted[source])
    }
    if (grant.screen !== 'open' && !this.#pending.get('screen') && this.isSharing) this.stopScreen()
  }

  #begin(source: TrackSource): void {
    this.#pending.set(source, (this.#pending.get(source) ?? 0) + 1)
  }

  #end(source: TrackSource): void {
    this.#pending.set(source, Math.max(0, (this.#pending.get(source) ?? 1) - 1))
  }
}

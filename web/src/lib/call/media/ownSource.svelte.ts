import type { GrantLevel, TrackSource } from '#contract/grant.ts'
import { DeviceFailure, type DeviceProblem } from './devices.ts'
import type { OwnTrack } from './mediaClient.ts'

/** What one's own source is at; see `OwnSource`. `spare`: off, but open so that it is ready at once. */
export type OwnState =
  | { kind: 'off'; spare: MediaStreamTrack | null }
  | { kind: 'opening' }
  | { kind: 'on' | 'interrupted'; track: MediaStreamTrack }
  | { kind: 'failed'; problem: DeviceProblem }

/** What a source needs of the rest. */
export interface OwnSourcePort {
  /** Opens what is chosen. Throws DeviceFailure. */
  open(): Promise<MediaStreamTrack>
  /** What the engine gets of it from now on. */
  send(own: OwnTrack): void
  /** It could not be opened, or was lost. */
  onFailed(problem: DeviceProblem): void
  onWarning(event: string, error: unknown): void
  /** Asks the server for one's own grant. False when that was refused, of which the person was told. */
  ask(level: 'open' | 'muted'): Promise<boolean>
}

/** How the sources differ. */
const natures = {
  microphone: { staysOpen: true, isReplaced: true, isToldOff: true },
  // Its light is to go out when it is off.
  camera: { staysOpen: false, isReplaced: true, isToldOff: true },
  // The grant of a screen stays open: publishing is the act. Whether it lies still is not the system's doing.
  screen: { staysOpen: false, isReplaced: false, isToldOff: false },
} as const satisfies Partial<Record<TrackSource, unknown>>

/**
 * One's own microphone, camera or screen: the one fact from which the page shows it as on or off, sends it or not,
 * and asks for its grant.
 *
 *     off ── switched on ──► opening ── opened ──► on ⇄ interrupted (the system lends it to a telephone call)
 *      ▲                      ▲    └── refused ──► failed
 *      │                      ├──────── another device was chosen, or this one broke off ── on, interrupted
 *      │                      └──────── switched on, another device was chosen ── failed
 *      └── switched off, muted by a moderator, forbidden ── from every state
 *
 * Nothing is sent but what is `on` or `interrupted`. A switch works here at once and is then asked for; what the
 * grant takes away stops here too; what the grant gives back waits for the person.
 */
export class OwnSource {
  readonly source: keyof typeof natures
  readonly #port: OwnSourcePort
  #state = $state.raw<OwnState>({ kind: 'off', spare: null })
  /** One's own grant as the view has it; null outside a call, where nobody hears and nothing is asked. */
  #level = $state<GrantLevel | null>(null)
  /** Whether the server was last asked to have it open, or said that it is; null before it said anything. */
  #isToldOpen: boolean | null = null
  /** Own questions under way: until they are answered the grant in the view is the old one. */
  #askedCount = 0
  /** The opening under way: who asks meanwhile waits for the same. */
  #opening: Promise<void> | null = null
  /** Another device was chosen while one was being opened. */
  #isOutdated = false
  /** It was on when its device broke off, and has been neither on nor switched off since. */
  #isBrokenOff = false
  #listening = new AbortController()
  #isClosed = false

  constructor(source: keyof typeof natures, port: OwnSourcePort) {
    this.source = source
    this.#port = port
  }

  get state(): OwnState {
    return this.#state
  }
  /** Switched on: it works, or is just being opened. */
  get isOn(): boolean {
    const { kind } = this.#state
    return kind !== 'off' && kind !== 'failed'
  }
  /** What it gives is sent, in a call. */
  get isLive(): boolean {
    const { kind } = this.#state
    return kind === 'on' || kind === 'interrupted'
  }
  get isOpening(): boolean {
    return this.#state.kind === 'opening'
  }
  /** On, but the system gives nothing for a while. */
  get isInterrupted(): boolean {
    return this.#state.kind === 'interrupted'
  }
  /** A moderator, or the role, forbids it. */
  get isForbidden(): boolean {
    return this.#level === 'forbidden'
  }
  /** Why it could not be opened, until it is, or is switched off. */
  get problem(): DeviceProblem | null {
    return this.#state.kind === 'failed' ? this.#state.problem : null
  }
  /** What is open, also while it is off; show it as one's own only while `isOn`. */
  get track(): MediaStreamTrack | null {
    const state = this.#state
    if (state.kind === 'off') return state.spare
    return state.kind === 'on' || state.kind === 'interrupted' ? state.track : null
  }

  /** Resolves when it is on, or is known not to come on. */
  async switchOn(): Promise<void> {
    if (this.isForbidden || this.#isClosed) return
    const state = this.#state
    if (state.kind === 'off' && state.spare) this.#takeOn(state.spare)
    else if (state.kind === 'off' || state.kind === 'failed') this.#open()
    await this.#opening
  }

  switchOff(): void {
    this.#isBrokenOff = false
    if (this.#state.kind === 'off') return
    this.#become({ kind: 'off', spare: natures[this.source].staysOpen ? this.track : null })
  }

  toggle(): Promise<void> {
    if (!this.isOn) return this.switchOn()
    this.switchOff()
    return Promise.resolve()
  }

  /** Another device was chosen: the one that is open is let go, also while it is off. */
  reopen(): void {
    this.#isOutdated = this.#opening !== null
    if (this.#state.kind === 'off') this.#become({ kind: 'off', spare: null })
    else if (this.#state.kind !== 'opening') this.#open()
  }

  /** The page is shown again: what the system took meanwhile (a telephone call) and does not give back is opened anew. */
  mend(): void {
    const isTaken = this.#isBrokenOff && (this.problem === 'busy' || this.problem === 'failed')
    if (this.isInterrupted || isTaken) this.reopen()
  }

  /** Devices or permissions have changed: tries again by itself, but never where others would suddenly hear. */
  retry(): void {
    if (this.#state.kind === 'failed' && this.#level === null) this.#open()
  }

  /** To be called with one's own grant whenever the view is another. */
  obey(level: GrantLevel): void {
    const hasChanged = level !== this.#level
    this.#level = level
    const isClosedByOthers = level === 'forbidden' || (level === 'mutedByModerator' && hasChanged)
    if (isClosedByOthers) this.#isBrokenOff = false
    if (this.#askedCount === 0 || isClosedByOthers) {
      const isTaken = level !== 'open' && (this.#isToldOpen === true || isClosedByOthers)
      this.#isToldOpen = level === 'open'
      if (isTaken && (this.isOn || level === 'forbidden')) this.switchOff()
      else this.#tell()
    }
    if (hasChanged) this.#port.send(this.#sent)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#letGo(this.track)
    this.#state = { kind: 'off', spare: null }
  }

  /** What the engine gets of it: of what is forbidden nothing. Before the call's grant is known nothing flows. */
  get #sent(): OwnTrack {
    return { track: this.isForbidden ? null : this.track, isMuted: !this.isLive || this.#level === null }
  }

  #open(): void {
    this.#become({ kind: 'opening' })
    this.#opening ??= this.#openNow()
  }

  async #openNow(): Promise<void> {
    let opened: MediaStreamTrack | DeviceProblem
    do {
      this.#isOutdated = false
      opened = await this.#openOnce()
      const isNeeded = this.#state.kind === 'opening' && !this.#isOutdated && !this.#isClosed
      if (typeof opened !== 'string' && !isNeeded) opened.stop()
    } while (this.#isOutdated && this.#state.kind === 'opening')
    this.#opening = null
    if (this.#state.kind !== 'opening' || this.#isClosed) return
    if (typeof opened !== 'string') this.#takeOn(opened)
    else {
      this.#become({ kind: 'failed', problem: opened })
      this.#port.onFailed(opened)
    }
  }

  async #openOnce(): Promise<MediaStreamTrack | DeviceProblem> {
    try {
      return await this.#port.open()
    } catch (error) {
      if (error instanceof DeviceFailure) return error.problem
      this.#port.onWarning('openFailed', error)
      return 'failed'
    }
  }

  #takeOn(track: MediaStreamTrack): void {
    this.#isBrokenOff = false
    const isInterrupted = track.muted && natures[this.source].isReplaced
    this.#become({ kind: isInterrupted ? 'interrupted' : 'on', track })
  }

  #become(next: OwnState): void {
    const before = this.track
    this.#state = next
    if (this.track !== before) {
      this.#letGo(before)
      if (this.track) this.#watch(this.track)
    }
    this.#port.send(this.#sent)
    this.#tell()
  }

  #watch(track: MediaStreamTrack): void {
    this.#listening = new AbortController()
    const { signal } = this.#listening
    track.addEventListener('ended', () => this.#brokeOff(), { signal })
    const heed = (): void => {
      if (this.isLive) this.#takeOn(track)
    }
    track.addEventListener('mute', heed, { signal })
    track.addEventListener('unmute', heed, { signal })
  }

  #letGo(track: MediaStreamTrack | null): void {
    this.#listening.abort()
    track?.stop()
  }

  /** Unplugged, the permission taken back, the sharing ended by the browser's own button. */
  #brokeOff(): void {
    const isReplaced = this.isOn && natures[this.source].isReplaced
    if (isReplaced) {
      this.#isBrokenOff = true
      this.#open()
    } else this.#become({ kind: 'off', spare: null })
  }

  /** Asks for the grant that fits what is so here. While it is being opened, the last word stands. */
  #tell(): void {
    if (this.#isClosed || this.#level === null || this.isForbidden || this.isOpening) return
    if (this.isOn === this.#isToldOpen || !(this.isOn || natures[this.source].isToldOff)) return
    this.#isToldOpen = this.isOn
    void this.#ask(this.isOn ? 'open' : 'muted')
  }

  async #ask(level: 'open' | 'muted'): Promise<void> {
    this.#askedCount += 1
    const isGranted = await this.#port.ask(level).finally(() => (this.#askedCount -= 1))
    if (isGranted || this.#askedCount > 0) return
    // A refusal leaves the grant as it was: so must the switch be.
    this.#isToldOpen = this.#level === 'open'
    if (level === 'open' && !this.#isToldOpen) this.switchOff()
  }
}

import { SvelteMap } from 'svelte/reactivity'
import type { TrackSource } from '#contract/grant.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { MediaMessage, MediaTicket } from '#contract/media.ts'
import { canShareScreen, openScreen } from './devices.ts'
import { LocalMedia, type LocalSource } from './localMedia.svelte.ts'
import {
  createMediaClient,
  type MediaClient,
  type MediaState,
  type RemoteTrack,
  type ViewWish,
} from './mediaClient.ts'
import { Playback } from './playback.ts'
import { qualityOf, type ConnectionQuality } from './statsMeter.ts'

/** What the media side needs of the meeting. */
export interface MeetingMediaHooks {
  negotiate(message: MediaMessage): Promise<MediaMessage>
  /** The engine's session cannot be mended: ask for a new ticket. */
  onSessionLost(): void
  /** Sharing ended by the browser's own button. */
  onScreenEnded(): void
  /** A device that was on vanished, and no other took its place. */
  onDeviceLost(source: LocalSource): void
  onWarning(event: string, error: unknown): void
}

const statsEveryMs = 3000

/** Everything seen and heard in one call: own devices, what is sent, what arrives, how well it flows. */
export class MeetingMedia {
  readonly local: LocalMedia
  readonly #hooks: MeetingMediaHooks
  readonly #playback: Playback
  /** By `participantId source`. */
  readonly #remote = new SvelteMap<string, RemoteTrack>()
  #client: MediaClient | null = null
  #creating: Promise<MediaClient> | null = null
  #state = $state<MediaState>('new')
  #quality = $state<ConnectionQuality>('good')
  #isSoundBlocked = $state(false)
  #screen = $state.raw<MediaStreamTrack | null>(null)
  #isPrepared = $state(false)
  /** What the grant allows to flow; a muted source sends nothing. */
  #flows: Record<LocalSource, boolean> = { microphone: false, camera: false }
  #statsTimer: ReturnType<typeof setInterval> | null = null
  #lastQuality: ConnectionQuality = 'good'
  #isClosed = false

  constructor(hooks: MeetingMediaHooks) {
    this.#hooks = hooks
    this.#playback = new Playback((isBlocked) => {
      this.#isSoundBlocked = isBlocked
    })
    this.local = new LocalMedia({
      onTrack: (source, track) => this.#localTrack(source, track),
      onLost: (source) => hooks.onDeviceLost(source),
    })
  }

  get state(): MediaState {
    return this.#state
  }
  get quality(): ConnectionQuality {
    return this.#quality
  }
  /** The browser plays no sound before a click: show a button that calls `unblockSound`. */
  get isSoundBlocked(): boolean {
    return this.#isSoundBlocked
  }
  /** One's own shared screen. */
  get screen(): MediaStreamTrack | null {
    return this.#screen
  }
  /** The engine's client is ready for a join. */
  get isPrepared(): boolean {
    return this.#isPrepared
  }

  /** The video of somebody else, when it arrives here. */
  remoteTrack(participantId: ParticipantId, source: TrackSource): MediaStreamTrack | null {
    return this.#remote.get(`${participantId} ${source}`)?.track ?? null
  }

  /** Loads the engine's client and lets it get ready; once. */
  async prepare(engine: MediaTicket['engine'], clientConfig: Record<string, unknown>): Promise<void> {
    this.#creating ??= createMediaClient(engine, {
      negotiate: (message) => this.#hooks.negotiate(message),
      onTrack: (remote) => this.#arrived(remote),
      onTrackEnded: (remote) => {
        this.#playback.remove(remote.id)
        const key = `${remote.participantId} ${remote.source}`
        if (this.#remote.get(key)?.id === remote.id) this.#remote.delete(key)
      },
      onStateChange: (state) => {
        this.#state = state
      },
      onSessionLost: () => this.#hooks.onSessionLost(),
      onLocalTrackEnded: (source) => {
        if (source === 'screen') this.#hooks.onScreenEnded()
      },
      onWarning: (event, error) => this.#hooks.onWarning(event, error),
    })
    const client = await this.#creating
    if (this.#isClosed) {
      client.close()
      return
    }
    this.#client = client
    await client.prepare(clientConfig)
    this.#isPrepared = true
  }

  joinPayload(): MediaMessage {
    return this.#client?.joinPayload() ?? {}
  }

  /** Begins in this very turn; resolves when what the ticket brought is negotiated. */
  async start(ticket: MediaTicket): Promise<void> {
    const client = this.#client
    if (!client) return
    this.#statsTimer ??= setInterval(() => this.#measure(client), statsEveryMs)
    if (this.local.chosen.speaker) void this.#playback.setSpeaker(this.local.chosen.speaker)
    for (const source of ['microphone', 'camera'] as const) {
      const track = source === 'microphone' ? this.local.microphone : this.local.camera
      if (track) this.#send(source, track)
    }
    await client.start(ticket)
  }

  /** Ends what `start` began; own devices go on. */
  stop(): void {
    this.#client?.stop()
  }

  /** Lets a source flow, or not, as the grant says. */
  setFlow(source: LocalSource, flows: boolean): void {
    this.#flows[source] = flows
    this.#run(`${source}_flow_failed`, this.#client?.setMuted(source, !flows))
  }

  /** Asks for a screen and sends it. False when the person chose none. */
  async shareScreen(): Promise<boolean> {
    if (!canShareScreen() || !this.#client) return false
    try {
      const { screen, sound } = await openScreen()
      this.#screen = screen
      await this.#client.publish('screen', screen)
      if (sound) await this.#client.publish('screenAudio', sound)
      return true
    } catch (error) {
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
      if (!isRefused) this.#hooks.onWarning('screen_failed', error)
      return false
    }
  }

  stopScreen(): void {
    this.#screen?.stop()
    this.#screen = null
    this.#run('screen_stop_failed', this.#client?.unpublish('screen'))
    this.#run('screen_stop_failed', this.#client?.unpublish('screenAudio'))
  }

  setView(wishes: ViewWish[]): void {
    this.#client?.setView(wishes)
  }

  receive(message: MediaMessage): void {
    this.#client?.receive(message)
  }

  revive(isNetworkChanged: boolean): void {
    this.#client?.revive(isNetworkChanged)
  }

  receivedTracks(): readonly string[] | null {
    return this.#client?.receivedTracks() ?? null
  }

  async unblockSound(): Promise<void> {
    await this.#playback.unblock()
  }

  /** Chooses a loudspeaker for everybody's sound. */
  async chooseSpeaker(deviceId: string): Promise<void> {
    await this.local.choose('speaker', deviceId)
    await this.#playback.setSpeaker(deviceId)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#statsTimer) clearInterval(this.#statsTimer)
    this.#screen?.stop()
    this.#client?.close()
    this.#playback.close()
    this.local.close()
  }

  #localTrack(source: LocalSource, track: MediaStreamTrack | null): void {
    if (track) this.#send(source, track)
    else this.#run('unpublish_failed', this.#client?.setMuted(source, true))
  }

  #send(source: LocalSource, track: MediaStreamTrack): void {
    this.#run('publish_failed', this.#client?.publish(source, track, !this.#flows[source]))
  }

  #arrived(remote: RemoteTrack): void {
    if (remote.track.kind === 'audio') this.#playback.add(remote.id, remote.track)
    else this.#remote.set(`${remote.participantId} ${remote.source}`, remote)
  }

  #measure(client: MediaClient): void {
    if (document.visibilityState === 'hidden') return
    this.#run(
      'stats_failed',
      client.stats().then((stats) => {
        // One bad reading is no bad network; a good one is good news at once.
        const quality = qualityOf(stats)
        if (quality === this.#lastQuality || quality === 'good') this.#quality = quality
        this.#lastQuality = quality
      }),
    )
  }

  /** Lets work run by itself; what it throws is told. */
  #run(event: string, work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => {
      if (!this.#isClosed) this.#hooks.onWarning(event, error)
    })
  }
}

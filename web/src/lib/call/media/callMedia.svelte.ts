import { SvelteMap } from 'svelte/reactivity'
import type { TrackSource } from '#contract/grant.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { MediaMessage, MediaTicket } from '#contract/media.ts'
import type { CallSignal } from '#signalling/client.ts'
import { createMediaClient } from './createMediaClient.ts'
import type {
  MediaClient,
  MediaClientHooks,
  MediaServers,
  MediaState,
  OwnTrack,
  RemoteTrack,
  ViewWish,
} from './mediaClient.ts'
import { Passage } from './passage.svelte.ts'
import { Playback } from './playback.ts'
import { qualityOf, type ConnectionQuality } from './statsMeter.ts'

/** What the media of a call tell. */
export interface CallMediaHooks {
  /** They cannot be mended: ask for a new ticket. */
  onLost(): void
  /** One's own track was closed, because it brought more than its source may. */
  onExcess(source: TrackSource): void
  onWarning(event: string, error: unknown): void
}

const statsEveryMs = 3000

/** What flows in one call: what is sent, what arrives, how well. */
export class CallMedia {
  readonly #signal: CallSignal
  readonly #hooks: CallMediaHooks
  readonly #create: typeof createMediaClient
  readonly #playback: Playback
  readonly #passage = new Passage()
  /** By `participantId source`. */
  readonly #remote = new SvelteMap<string, RemoteTrack>()
  /** The last word of one's own sources, for every client and ticket. */
  readonly #own = new Map<TrackSource, OwnTrack>()
  #client: MediaClient | null = null
  #creating: Promise<MediaClient> | null = null
  #state = $state<MediaState>('new')
  #quality = $state<ConnectionQuality>('good')
  #isSoundBlocked = $state(false)
  #statsTimer: ReturnType<typeof setInterval> | null = null
  #lastQuality: ConnectionQuality = 'good'
  #wishes: ViewWish[] = []
  #isHidden = false
  #isClosed = false

  constructor(signal: CallSignal, hooks: CallMediaHooks, create = createMediaClient) {
    this.#signal = signal
    this.#hooks = hooks
    this.#create = create
    this.#playback = new Playback((isBlocked) => {
      this.#isSoundBlocked = isBlocked
    })
  }

  get state(): MediaState {
    return this.#state
  }
  /** The network lets no media through; they come by themselves once it does. */
  get isBlocked(): boolean {
    return this.#passage.isBlocked
  }
  get quality(): ConnectionQuality {
    return this.#quality
  }
  /** The browser plays no sound before a click: show a button that calls `unblockSound`. */
  get isSoundBlocked(): boolean {
    return this.#isSoundBlocked
  }

  /** The video of somebody else, when it arrives here. */
  remoteTrack(participantId: ParticipantId, source: TrackSource): MediaStreamTrack | null {
    return this.#remote.get(`${participantId} ${source}`)?.track ?? null
  }

  /** Loads the engine's client and lets it get ready; once, or again after a failure. */
  async prepare(engine: MediaTicket['engine'], clientConfig: Record<string, unknown>): Promise<void> {
    this.#creating ??= this.#load(engine)
    const client = await this.#creating
    await client.prepare(clientConfig)
  }

  async #load(engine: MediaTicket['engine']): Promise<MediaClient> {
    try {
      const client = await this.#create(engine, this.#signal, this.#clientHooks())
      if (this.#isClosed) client.close()
      else this.#client = client
      return client
    } catch (error) {
      this.#creating = null
      throw error
    }
  }

  #clientHooks(): MediaClientHooks {
    const { onLost, onExcess, onWarning } = this.#hooks
    return {
      own: this.#own,
      onTrack: (remote) => this.#arrived(remote),
      onTrackEnded: (remote) => {
        this.#playback.remove(remote.id)
        const key = `${remote.participantId} ${remote.source}`
        if (this.#remote.get(key)?.id === remote.id) this.#remote.delete(key)
      },
      onStateChange: (state) => {
        this.#state = state
        this.#passage.observe(state)
      },
      onLost,
      onExcess,
      onWarning,
    }
  }

  joinPayload(): MediaMessage {
    return this.#client?.joinPayload() ?? {}
  }

  /** Begins in this very turn; resolves when what the ticket brought is negotiated. */
  async start(ticket: MediaTicket): Promise<void> {
    const client = this.#client
    if (!client) return
    this.#statsTimer ??= setInterval(() => this.#measure(client), statsEveryMs)
    await client.start(ticket)
  }

  /** Ends what `start` began. */
  stop(): void {
    this.#client?.stop()
  }

  /** This is to be sent from a source from now on; null is nothing. */
  send(source: TrackSource, own: OwnTrack | null): void {
    if (own) this.#own.set(source, own)
    else this.#own.delete(source)
    this.#run('sendFailed', this.#client?.send(source))
  }

  /** What is on screen and how large; what is not named is not received. */
  show(wishes: ViewWish[]): void {
    this.#wishes = wishes
    this.#applyView()
  }

  /** A hidden page receives no pictures, only sound. */
  setHidden(isHidden: boolean): void {
    this.#isHidden = isHidden
    this.#applyView()
  }

  revive(isNetworkChanged: boolean): void {
    this.#client?.revive(isNetworkChanged)
  }

  receivedTracks(): readonly string[] | null {
    return this.#client?.receivedTracks() ?? null
  }

  /** Where media go. */
  servers(): MediaServers {
    return this.#client?.servers() ?? { hosts: [], ports: [] }
  }

  async unblockSound(): Promise<void> {
    await this.#playback.unblock()
  }

  /** Everybody's sound comes from this loudspeaker from now on. */
  async setSpeaker(deviceId: string): Promise<void> {
    await this.#playback.setSpeaker(deviceId)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#statsTimer) clearInterval(this.#statsTimer)
    this.#client?.close()
    this.#playback.close()
  }

  #applyView(): void {
    this.#client?.setView(this.#isHidden ? [] : this.#wishes)
  }

  #arrived(remote: RemoteTrack): void {
    if (remote.track.kind === 'audio') this.#playback.add(remote.id, remote.track)
    else this.#remote.set(`${remote.participantId} ${remote.source}`, remote)
  }

  #measure(client: MediaClient): void {
    if (document.visibilityState === 'hidden') return
    this.#run(
      'statsFailed',
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

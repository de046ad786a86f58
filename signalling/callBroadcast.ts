import type { RoomEvent, RoomView } from '#contract/room/room.ts'
import type { SignallingMetrics } from './metrics.ts'
import type { Audience } from './page.ts'
import type { SignallingSettings } from './settings.ts'

/** What pages before joining are told. */
export interface LobbyNews {
  phase: RoomView['phase']
  isRecording: boolean
  present: { names: string[]; count: number }
}

/** What the lobby sees of a call. */
export function lobbyNewsOf(view: RoomView): LobbyNews {
  const there = Object.values(view.participants).filter((participant) => participant.isConnected)
  return {
    phase: view.phase,
    isRecording: view.recording.state === 'recording' || view.recording.state === 'starting',
    present: { names: there.slice(0, 12).map((participant) => participant.name), count: there.length },
  }
}

/**
 * Sends one call's events in batches, each encoded once for all pages, and the lobby's news at most once in a while.
 * Push every event right after it was folded: a batch's version is told from the view.
 */
export class CallBroadcast {
  readonly #audience: Audience
  readonly #settings: SignallingSettings
  readonly #metrics: SignallingMetrics
  readonly #view: () => RoomView
  readonly #size: () => number
  #pending: RoomEvent[] = []
  #batchTimer: ReturnType<typeof setTimeout> | undefined
  #lobbyTimer: ReturnType<typeof setTimeout> | undefined
  #lobbySaid = ''
  #isClosed = false

  constructor(options: {
    audience: Audience
    settings: SignallingSettings
    metrics: SignallingMetrics
    view: () => RoomView
    /** Pages in the call. */
    size: () => number
  }) {
    this.#audience = options.audience
    this.#settings = options.settings
    this.#metrics = options.metrics
    this.#view = options.view
    this.#size = options.size
  }

  /** To be sent with the next batch: at once in a small call, where what happened in one turn goes together. */
  push(events: readonly RoomEvent[]): void {
    if (this.#isClosed || events.length === 0) return
    this.#pending.push(...events)
    if (this.#batchTimer !== undefined) return
    const delayMs = this.#size() < this.#settings.smallCall ? 0 : this.#settings.batchMs
    this.#batchTimer = setTimeout(() => this.flush(), delayMs)
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.#batchTimer)
    this.#batchTimer = undefined
    const events = this.#pending
    if (events.length === 0) return
    this.#pending = []
    const { epoch, version } = this.#view()
    this.#metrics.batches.inc()
    this.#metrics.events.inc(events.length)
    this.#audience.send('call', 'room:events', { epoch, fromVersion: version - events.length, events })
  }

  /** The lobby's picture may have changed. */
  touchLobby(): void {
    if (this.#lobbyTimer !== undefined || this.#isClosed) return
    this.#lobbyTimer = setTimeout(() => {
      this.#lobbyTimer = undefined
      const news = lobbyNewsOf(this.#view())
      const said = JSON.stringify(news)
      if (said === this.#lobbySaid) return
      this.#lobbySaid = said
      this.#audience.send('lobby', 'lobby:changed', news)
    }, this.#settings.lobbyMs)
  }

  /** Sends what waits, then nothing more. Idempotent. */
  close(): void {
    this.flush()
    this.#isClosed = true
    clearTimeout(this.#lobbyTimer)
  }
}

import type { ParticipantId } from '#contract/ids.ts'
import type { LobbyNews } from '#contract/replies.ts'
import { addresseeOf, scopesReachedBy, type RoomEvent, type RoomEventBatch } from '#contract/room/room.ts'
import type { RoomView, ScopeSnapshot } from '#contract/room/views.ts'
import type { Scope } from '#contract/room/scope.ts'
import type { SignallingMetrics } from './metrics.ts'
import type { Audience } from './page.ts'
import type { SignallingSettings } from './settings.ts'

/** What the lobby sees of a call: no more than of what everybody in it sees. */
export function lobbyNewsOf(view: RoomView): LobbyNews {
  const there = Object.values(view.participants).filter((participant) => participant.isConnected)
  return {
    phase: view.phase,
    isRecording: view.recording.state === 'recording' || view.recording.state === 'starting',
    present: { names: there.slice(0, 12).map((participant) => participant.name), count: there.length },
  }
}

/** Events of one scope that wait to be sent. */
interface Pending {
  scope: Scope
  /** Whose, when the scope is `own`. */
  participantId: ParticipantId | null
  events: RoomEvent[]
}

/**
 * Sends one call's events in batches by scope, each encoded once for all pages that have the scope, and the lobby's
 * news at most once in a while. Push every event right after it was folded: a batch's version is told from the view.
 */
export class CallBroadcast {
  readonly #audience: Audience
  readonly #settings: SignallingSettings
  readonly #metrics: SignallingMetrics
  readonly #view: () => RoomView
  readonly #snapshot: (scope: Scope, participantId: ParticipantId | null) => ScopeSnapshot
  readonly #sendOwn: (participantId: ParticipantId, batch: RoomEventBatch) => void
  readonly #size: () => number
  readonly #pending = new Map<string, Pending>()
  #batchTimer: ReturnType<typeof setTimeout> | undefined
  #lobbyTimer: ReturnType<typeof setTimeout> | undefined
  #lobbySaid = ''
  #isClosed = false

  constructor(options: {
    audience: Audience
    settings: SignallingSettings
    metrics: SignallingMetrics
    view: () => RoomView
    snapshot: (scope: Scope, participantId: ParticipantId | null) => ScopeSnapshot
    /** To the page in a participant's seat, if there is one. */
    sendOwn: (participantId: ParticipantId, batch: RoomEventBatch) => void
    /** Pages in the call. */
    size: () => number
  }) {
    this.#audience = options.audience
    this.#settings = options.settings
    this.#metrics = options.metrics
    this.#view = options.view
    this.#snapshot = options.snapshot
    this.#sendOwn = options.sendOwn
    this.#size = options.size
  }

  /** To be sent with the next batch: at once in a small call, where what happened in one turn goes together. */
  push(events: readonly RoomEvent[]): void {
    if (this.#isClosed) return
    for (const event of events) {
      for (const scope of scopesReachedBy(event)) this.#queue(scope, event)
    }
    if (this.#batchTimer !== undefined || this.#pending.size === 0) return
    const delayMs = this.#size() < this.#settings.smallCall ? 0 : this.#settings.batchMs
    this.#batchTimer = setTimeout(() => this.flush(), delayMs)
  }

  #queue(scope: Scope, event: RoomEvent): void {
    const participantId = scope === 'own' ? addresseeOf(event) : null
    const key = participantId === null ? scope : `own:${participantId}`
    const pending = this.#pending.get(key)
    if (pending) pending.events.push(event)
    else this.#pending.set(key, { scope, participantId, events: [event] })
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.#batchTimer)
    this.#batchTimer = undefined
    const all = [...this.#pending.values()]
    this.#pending.clear()
    for (const { scope, participantId, events } of all) {
      const { epoch, version } = this.#snapshot(scope, participantId).view
      const batch = { epoch, scope, fromVersion: version - events.length, events }
      this.#metrics.batches.inc()
      this.#metrics.events.inc(events.length)
      if (scope !== 'own') this.#audience.send(scope, 'room:events', batch)
      else if (participantId !== null) this.#sendOwn(participantId, batch)
    }
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

import type { CallSignal } from '#signalling/client.ts'
import type { MediaMessage, MediaTicket } from '#contract/media.ts'
import type { ParticipantId, TrackId } from '#contract/ids.ts'
import type { TrackSource } from '#contract/grant.ts'

/** A track of somebody else that arrives here. */
export interface RemoteTrack {
  id: TrackId
  participantId: ParticipantId
  source: TrackSource
  track: MediaStreamTrack
}

/** What a page wants of one video track: whether it is on screen, and how high it is drawn, in CSS pixels × device ratio. */
export interface ViewWish {
  participantId: ParticipantId
  source: TrackSource
  isVisible: boolean
  heightPx: number
}

/** new → connecting → connected ⇄ interrupted; any → closed. `interrupted` mends itself or asks for a new ticket. */
export type MediaState = 'new' | 'connecting' | 'connected' | 'interrupted' | 'closed'

/** Where an engine takes media, by UDP and by TCP, as whoever keeps a network wants to know it. */
export interface MediaServers {
  hosts: string[]
  ports: number[]
}

/** Figures of the connection, for the connection mark. Null where unknown. */
export interface MediaStats {
  roundTripMs: number | null
  /** Share of packets lost lately in the worse direction, 0…1. */
  lossRatio: number | null
  receivedBps: number
  sentBps: number
}

/** One's own track as it is to be sent. Null: nothing is open now. Muted: made known, so that it can flow at once. */
export interface OwnTrack {
  track: MediaStreamTrack | null
  isMuted: boolean
}

/** The page's line to the server; a media client speaks over it to its engine, without another's help. */
export type EngineLine = Pick<CallSignal, 'request' | 'on'>

/** What a media client needs of the page, and tells it. */
export interface MediaClientHooks {
  /** What is to be sent at this moment; a source that is not in it is unpublished. */
  readonly own: ReadonlyMap<TrackSource, OwnTrack>
  onTrack(remote: RemoteTrack): void
  onTrackEnded(remote: { id: TrackId; participantId: ParticipantId; source: TrackSource }): void
  onStateChange(state: MediaState): void
  /** The engine closed one's own track, because it brought more than its source may. */
  onExcess(source: TrackSource): void
  /** What a ticket brought cannot be mended from here: join again without media to get a new ticket. */
  onLost(): void
  onWarning(event: string, error: unknown): void
}

/**
 * The browser's half of a media engine, cut where the server's is: membership and tracks. One object serves a page
 * from the pre-join page to the end, over new tickets and changed networks.
 */
export interface MediaClient {
  /** Gets ready with what the engine says before the join. Idempotent. */
  prepare(clientConfig: Record<string, unknown>): Promise<void>
  /** What the engine must know of this browser, for `call:join`. Needs `prepare`. */
  joinPayload(): MediaMessage
  /**
   * Begins with a ticket, and drops what an earlier one brought. Needs `prepare`. The first negotiation begins in this
   * very turn and `start` resolves when it is done; what is one's `own` is published after it, by itself.
   */
  start(ticket: MediaTicket): Promise<void>
  /** Drops what a ticket brought, if there was one. */
  stop(): void
  /** What is one's `own` from that source has changed: it is sent, replaced, muted or no longer sent. */
  send(source: TrackSource): Promise<void>
  /** What is on screen; what is not named is not wanted. Call freely: only changes are sent. */
  setView(wishes: ViewWish[]): void
  /**
   * Signalling is back, or the network changed: says again what may have been lost and mends what is not well.
   * After a change of network a transport that still looks well is restarted too.
   */
  revive(isNetworkChanged: boolean): void
  /**
   * The tracks of others that the engine gave by this ticket, to be compared with the view after a lost socket; null
   * when this engine needs no such comparison.
   */
  receivedTracks(): TrackId[] | null
  /** Where media go by the last ticket. */
  servers(): MediaServers
  stats(): Promise<MediaStats>
  close(): void
}

import type { ErrorCode } from '#contract/errors.ts'
import { z } from 'zod'
import { TrackSource } from '#contract/grant.ts'
import { TrackId, type ParticipantId } from '#contract/ids.ts'
import { DtlsParameters, RtpCapabilities, RtpParameters } from './mediaParameters.ts'

/**
 * mediasoup's private dialogue with a page: what the ticket carries, what a page sends through `media:negotiate`,
 * what it is told by `media:message`. Everything a page sends is parsed here before a worker sees it: malformed
 * parameters have killed workers. Unknown fields are dropped, sizes are strict.
 *
 *     join     → ticket {ticketId, send, recv, consumers}       one round trip, consumers not paused
 *     page     → connectTransport send|recv, publish…           fire and forget, in order
 *     engine   → consumer, consumerClosed, …                    over the connected recv transport
 *
 * Imports only schemas and the contract, so that the web bundle may import its types.
 */

/** `media` of `call:join`. */
export const JoinMedia = z.object({
  rtpCapabilities: RtpCapabilities,
  wants: z
    .object({
      /** Make a send transport. False for who only looks on. */
      send: z.boolean().default(true),
      audio: z.boolean().default(true),
      video: z.boolean().default(true),
    })
    .prefault({}),
})
export type JoinMedia = z.infer<typeof JoinMedia>
export type JoinMediaInput = z.input<typeof JoinMedia>

const ticketId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const consumerId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const direction = z.enum(['send', 'recv'])

/**
 * What a page sends through `media:negotiate`. Words under an earlier ticket never touch the media of the
 * present one (`media_rejected`). Messages of one page are carried out in order.
 */
export const NegotiateMessage = z.discriminatedUnion('type', [
  /** Answers `{}`. Send it without waiting; the worker starts DTLS by itself. Repeating it changes nothing. */
  z.object({ type: z.literal('connectTransport'), ticketId, direction, dtlsParameters: DtlsParameters }),
  /**
   * Answers `PublishReply`. Whether it flows is the grant's affair (open flows, muted is accepted and waits,
   * forbidden is refused). One track per source: a later one replaces the earlier.
   */
  z.object({
    type: z.literal('publish'),
    ticketId,
    trackId: TrackId,
    source: TrackSource,
    rtpParameters: RtpParameters,
  }),
  /** Answers `{}`, also when the track is gone already. */
  z.object({ type: z.literal('unpublish'), ticketId, trackId: TrackId }),
  /** Answers `RestartIceReply`: give it to `transport.restartIce`. */
  z.object({ type: z.literal('restartIce'), ticketId, direction }),
  /** Answers `{}`, also when the consumer is gone already. What is left out stays as it is. */
  z.object({
    type: z.literal('setConsumer'),
    ticketId,
    consumerId,
    isPaused: z.boolean().optional(),
    /** The most that the page can show; 0 is the smallest picture. Ignored for what has no layers. */
    preferredLayers: z
      .object({
        spatialLayer: z.number().int().min(0).max(7),
        temporalLayer: z.number().int().min(0).max(7).optional(),
      })
      .optional(),
  }),
  /** Answers `{}`, also when the consumer is gone already. */
  z.object({ type: z.literal('requestKeyFrame'), ticketId, consumerId }),
])
export type NegotiateMessage = z.infer<typeof NegotiateMessage>
export type NegotiateMessageInput = z.input<typeof NegotiateMessage>

export interface PublishReply {
  trackId: TrackId
  /** Accepted, but nothing is forwarded until the grant is open. */
  isMuted: boolean
}

export interface RestartIceReply {
  iceParameters: IceParameters
}

export interface IceParameters {
  usernameFragment: string
  password: string
  iceLite?: boolean
}

export interface IceCandidate {
  foundation: string
  priority: number
  ip: string
  address: string
  protocol: 'udp' | 'tcp'
  port: number
  type: 'host'
  tcpType?: 'passive'
}

/** Options of mediasoup-client's `device.createSendTransport` / `createRecvTransport`. */
export interface TransportParameters {
  id: string
  iceParameters: IceParameters
  /** UDP first, TCP as fallback. */
  iceCandidates: IceCandidate[]
  dtlsParameters: {
    role?: 'auto' | 'client' | 'server'
    fingerprints: { algorithm: 'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512'; value: string }[]
  }
}

/** RTP parameters as the engine hands them out (mediasoup-client's `RtpParameters`). */
export interface ConsumerRtpParameters {
  mid?: string
  codecs: {
    mimeType: string
    payloadType: number
    clockRate: number
    channels?: number
    parameters?: Record<string, unknown>
    rtcpFeedback?: { type: string; parameter?: string }[]
  }[]
  headerExtensions?: { uri: string; id: number; encrypt?: boolean; parameters?: Record<string, unknown> }[]
  encodings?: {
    ssrc?: number
    rid?: string
    codecPayloadType?: number
    rtx?: { ssrc: number }
    dtx?: boolean
    scalabilityMode?: string
    maxBitrate?: number
  }[]
  rtcp?: { cname?: string; reducedSize?: boolean }
}

/** One track to receive: `recvTransport.consume({ id: consumerId, producerId: trackId, kind, rtpParameters })`. */
export interface ConsumerParameters {
  consumerId: string
  trackId: TrackId
  participantId: ParticipantId
  source: TrackSource
  kind: 'audio' | 'video'
  rtpParameters: ConsumerRtpParameters
  /** simple: one picture size; else `preferredLayers` has meaning. */
  layering: 'simple' | 'simulcast' | 'svc'
  /** Made paused because many videos flow already: `setConsumer {isPaused: false}` when it is to be seen. */
  isPaused: boolean
  /** The sender is muted now: nothing comes until `consumerResumed`. */
  isSourcePaused: boolean
}

/** Payload of a participant's ticket. A message may overtake it: keep messages by `ticketId`. */
export interface TicketPayload {
  ticketId: string
  /** Null when the join did not want to send. */
  send: TransportParameters | null
  recv: TransportParameters
  consumers: ConsumerParameters[]
}

/** What the engine tells a page (`payload` of `media:message`). */
export type EngineMessage =
  | ({ type: 'consumer'; ticketId: string } & ConsumerParameters)
  | { type: 'consumerClosed'; ticketId: string; consumerId: string }
  /** The sender was muted, or unmuted. */
  | { type: 'consumerPaused' | 'consumerResumed'; ticketId: string; consumerId: string }
  /** What flows now; null while nothing can. */
  | {
      type: 'layersChanged'
      ticketId: string
      consumerId: string
      layers: { spatialLayer: number; temporalLayer?: number } | null
    }
  /** One's own track was closed by the engine. */
  | { type: 'trackClosed'; ticketId: string; trackId: TrackId; code: TrackClosedCode }

/** `clientConfig` of an open room. */
export interface ClientConfig {
  routerRtpCapabilities: {
    codecs?: {
      kind: 'audio' | 'video'
      mimeType: string
      preferredPayloadType: number
      clockRate: number
      channels?: number
      parameters?: Record<string, unknown>
      rtcpFeedback?: { type: string; parameter?: string }[]
    }[]
    headerExtensions?: {
      kind: 'audio' | 'video'
      uri: string
      preferredId: number
      preferredEncrypt?: boolean
      direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
    }[]
  }
}

/** Why: the grant became `forbidden`, or it brought more than its source may (`too_large`). */
export type TrackClosedCode = Extract<ErrorCode, 'forbidden' | 'too_large'>

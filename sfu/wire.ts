import { z } from 'zod'
import { Grant, TrackSource } from '#contract/grant.ts'
import { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'

/**
 * A media node on the bus. Each signalling node speaks as one `owner`; a room belongs to the owner that opened it
 * last, and is closed when that owner has not pinged for a while.
 */
export const sfuAddress = (nodeId: string): string => `sfu:${nodeId}`
/** Where a media node publishes its engine's events. */
export const sfuTopic = (nodeId: string): string => `sfu:events:${nodeId}`

const owner = z.string().min(1).max(64)
const room = { owner, roomId: MeetingId }
const seat = { ...room, participantId: ParticipantId }
const mediaMessage = z.record(z.string(), z.unknown())
const nothing = z.object({})

/** Requests that a media node answers, by method. */
export const sfuRequests = {
  openRoom: z.object(room),
  closeRoom: z.object(room),
  admit: z.object({ ...seat, kind: z.enum(['participant', 'recorder']), grant: Grant, media: mediaMessage }),
  regrant: z.object({ ...seat, grant: Grant }),
  negotiate: z.object({ ...seat, message: mediaMessage }),
  evict: z.object(seat),
  ping: z.object({ owner }),
} as const

/** Their answers. */
export const sfuReplies = {
  openRoom: z.object({ clientConfig: z.record(z.string(), z.unknown()) }),
  closeRoom: nothing,
  admit: z.object({
    engine: z.enum(['mediasoup', 'fake', 'livekit']),
    payload: z.record(z.string(), z.unknown()),
  }),
  regrant: nothing,
  negotiate: mediaMessage,
  evict: nothing,
  /** The rooms that this owner has here. */
  ping: z.object({ rooms: z.array(MeetingId) }),
} as const
export type SfuMethod = keyof typeof sfuRequests

/** An engine's event on the node's topic, for the owner of its room. */
export const SfuEvent = z.object({
  owner,
  event: z.discriminatedUnion('name', [
    z.object({
      name: z.literal('trackPublished'),
      data: z.object({
        roomId: MeetingId,
        participantId: ParticipantId,
        trackId: TrackId,
        source: TrackSource,
      }),
    }),
    z.object({
      name: z.literal('trackUnpublished'),
      data: z.object({ roomId: MeetingId, participantId: ParticipantId, trackId: TrackId }),
    }),
    z.object({
      name: z.literal('speakersChanged'),
      data: z.object({
        roomId: MeetingId,
        speakers: z.array(z.object({ participantId: ParticipantId, level: z.number() })).max(64),
      }),
    }),
    z.object({
      name: z.literal('message'),
      data: z.object({ roomId: MeetingId, participantId: ParticipantId, payload: mediaMessage }),
    }),
    z.object({
      name: z.literal('participantLost'),
      data: z.object({ roomId: MeetingId, participantId: ParticipantId }),
    }),
    z.object({ name: z.literal('roomLost'), data: z.object({ roomId: MeetingId }) }),
  ]),
})
export type SfuEvent = z.infer<typeof SfuEvent>

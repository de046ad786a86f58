import { z } from 'zod'
import { Grant } from '#contract/grant.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { MediaMessage, MediaTicket, OpenedRoom } from '#contract/media.ts'
import { Admission, EngineEvent } from './engine.ts'

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
const nothing = z.object({})

/** Requests that a media node answers, by method. */
export const sfuRequests = {
  openRoom: z.object(room),
  closeRoom: z.object(room),
  admit: z.object({ ...seat, admission: Admission }),
  settle: z.object({ ...seat, isTaken: z.boolean() }),
  regrant: z.object({ ...seat, grant: Grant }),
  negotiate: z.object({ ...seat, message: MediaMessage }),
  evict: z.object(seat),
  ping: z.object({ owner }),
} as const

/** Their answers. */
export const sfuReplies = {
  openRoom: OpenedRoom,
  closeRoom: nothing,
  admit: MediaTicket,
  settle: nothing,
  regrant: nothing,
  negotiate: MediaMessage,
  evict: nothing,
  /** The rooms that this owner has here. */
  ping: z.object({ rooms: z.array(MeetingId) }),
} as const
export type SfuMethod = keyof typeof sfuRequests

/** An engine's event on the node's topic, for the owner of its room. */
export const SfuEvent = z.object({ owner, event: EngineEvent })
export type SfuEvent = z.infer<typeof SfuEvent>

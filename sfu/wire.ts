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
/**
 * Rises with every request of an owner. What was asked of somebody (or of a room) before and comes later is overtaken:
 * two ways lead to a node, and one of them may be slow. Releases before it send none, and are taken as they come.
 */
const step = z.int().positive().optional()
const room = { owner, step, roomId: MeetingId }
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

/** An engine's event on the node's topic, for the owner of its room; the number rises, and is one event's alone. */
export const SfuEvent = z.object({ owner, number: z.int().optional(), event: EngineEvent })
export type SfuEvent = z.infer<typeof SfuEvent>

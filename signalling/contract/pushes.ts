import { z } from 'zod'
import { errorCodes, type WireError } from './errors.ts'
import { MeetingId, ParticipantId } from './ids.ts'
import { meetingParts, type TopicChange } from './live.ts'
import { MediaMessage, MediaTicket } from './media.ts'
import { LobbyNews } from './replies.ts'
import { TopicName } from './requests.ts'
import type { RoomEventBatch } from './room/room.ts'
import { scopes } from './room/scope.ts'
import { RoomEventSchema } from './room/storedEvent.ts'
import { ScopeSnapshot } from './room/views.ts'

// What the server says without being asked. As with the replies, pages have only the types of this.

/** The schema of `WireError`, which stands with the codes: pages make those, without the schema library. */
export const WireErrorSchema: z.ZodType<WireError> = z.object({
  code: z.enum(errorCodes),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

const RoomEventBatchSchema: z.ZodType<RoomEventBatch> = z.object({
  epoch: z.number(),
  scope: z.enum(scopes),
  fromVersion: z.number(),
  events: z.array(RoomEventSchema),
})

const TopicChangeSchema: z.ZodType<TopicChange> = z.object({
  topic: TopicName,
  meetingId: MeetingId,
  part: z.enum(meetingParts),
  version: z.number().nullable(),
})

/** Sockets that are told: all; those that follow the topic; of a call, what entered it, waits, or sits in it. */
type PushedTo = 'any socket' | 'who follows it' | 'entered' | 'the lobby' | 'joined' | 'who has the scope'

function push<S extends z.ZodType>(to: PushedTo, payload: S): { to: PushedTo; payload: S } {
  return { to, payload }
}

/** Every push: to whom it goes, and what it says. */
export const pushes = {
  'room:events': push('who has the scope', RoomEventBatchSchema),
  /** The page's scopes from now on (rights changed), with the whole views of those that are new. */
  'room:scopes': push('joined', z.object({ scopes: z.array(z.enum(scopes)), given: z.array(ScopeSnapshot) })),
  /** Of the engine, for this page's media client. */
  'media:message': push('joined', z.object({ payload: MediaMessage })),
  /**
   * Begin media with this ticket, in place of what there is: it goes ahead of the ack of a join (drop it should the
   * join be refused), or the media are gone (worker or node lost).
   */
  'media:ticket': push('joined', z.object({ ticket: MediaTicket })),
  /** Who is heard now, loudest first; levels in dBov (−127…0). Not versioned, may be dropped. */
  'speakers:changed': push(
    'joined',
    z.object({ speakers: z.array(z.object({ participantId: ParticipantId, level: z.number() })) }),
  ),
  /** Before joining: the call opened or ended, or the number of people changed (at most one a second). */
  'lobby:changed': push('the lobby', LobbyNews),
  /**
   * The page is out of its call, and why; the socket stays. `node_closing` and `wrong_node` mean: enter again at once,
   * where it lives now.
   */
  'call:closed': push('entered', z.object({ error: WireErrorSchema })),
  /** What `call:hello` said of the meeting, or of oneself, may be so no longer: ask again. */
  'meeting:changed': push('entered', z.strictObject({})),
  /** The socket is about to be closed, and why. */
  'connection:closed': push('any socket', z.object({ error: WireErrorSchema })),
  'topic:changed': push('who follows it', TopicChangeSchema),
} as const

export type PushName = keyof typeof pushes
export type PushPayload<E extends PushName> = z.infer<(typeof pushes)[E]['payload']>

/** Socket.IO's view of the pushes. */
export type ServerToClientEvents = { [E in PushName]: (payload: PushPayload<E>) => void }

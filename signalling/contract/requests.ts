import { z } from 'zod'
import { maxMessageBytes, maxTopics, protocolVersion } from './protocol.ts'
import { AgendaItemId, ClientId, MeetingId, ParticipantId, SiteId } from './ids.ts'
import { TrackSource } from './grant.ts'
import type { WireError } from './errors.ts'
import { MediaMessage, type MediaTicket, type OpenedRoom } from './media.ts'
import type { MeetingKind, MeetingRole, MeetingStatus, ParticipantKind } from './meeting.ts'
import type { Topic, TopicChange } from './live.ts'
import type { Action } from './permissions.ts'
import type { ChatMessage } from './room/chatEvents.ts'
import type { PageViews, RoomEventBatch, RoomView, ScopeSnapshot } from './room/room.ts'
import { scopes, type Scope } from './room/scope.ts'

// In a file without schemas, so that a page can have them without the schema library.
export { maxMessageBytes, protocolVersion }

/**
 * Socket.IO handshake `auth`. The person is known by the cookies of the session and of join links; nothing here says
 * who somebody is. A socket is a principal's and of no meeting. The query `?at=call:<MeetingId>` is a hint for whoever
 * routes the upgrade: that call's home is where the page wants to be.
 */
export const HandshakeAuth = z.object({
  protocol: z.literal(protocolVersion),
  clientId: ClientId,
})
export type HandshakeAuth = z.infer<typeof HandshakeAuth>

const empty = z.strictObject({})

const TopicName: z.ZodType<Topic> = z.literal('meetings').or(z.templateLiteral(['meeting:', MeetingId]))
const Topics = z.strictObject({ topics: z.array(TopicName).min(1).max(maxTopics) })

/** What a page may ask of its connection, in a call or in none. */
export const connectionRequests = {
  /**
   * Into a call's lobby; one call a socket, an earlier one is left. `wrong_node`: the call lives elsewhere; connect
   * again with the hint.
   */
  'call:enter': z.strictObject({ meetingId: MeetingId }),
  /** Out of the call and its lobby; the socket stays. */
  'call:exit': empty,
  /** Hints when what is named changed (`topic:changed`). Refused are topics that are not the asker's to see. */
  'topics:follow': Topics,
  'topics:drop': Topics,
  /** Whether the connection still carries: any answer is one. Asked when the network may have changed. */
  'connection:check': empty,
} as const satisfies Record<string, z.ZodType>

/** What a page may ask in the call that it entered (`not_in_call` in none). */
export const callRequests = {
  /** First after entering, on the pre-join page. */
  'call:hello': empty,
  'call:join': z.strictObject({
    /** What the engine's client needs the server to know, e.g. RTP capabilities. */
    media: MediaMessage,
    microphone: z.enum(['open', 'muted']),
    camera: z.enum(['open', 'muted']),
    /** The site in whose room the person sits; null on a device of one's own. */
    siteId: SiteId.nullable(),
    /** Take the seat from another page of the same participant. */
    takeOver: z.boolean().default(false),
    /** The notice of recording was shown (Luật 91/2025/QH15, Điều 32); kept with the attendance. */
    sawRecordingNotice: z.boolean(),
    /** Media need not wait until the join is stored: the ticket comes as `media:ticket`, and the ack has none. */
    takesTicketAhead: z.boolean().default(false),
    /** After a lost connection: the home that the page knew, and whether its media live on. */
    resume: z.strictObject({ epoch: z.number().int(), hasMedia: z.boolean() }).optional(),
  }),
  'call:leave': empty,
  'call:end': empty,
  /** A scope's whole view, after a gap in its events. */
  'view:sync': z.strictObject({ scope: z.enum(scopes) }),
  'media:negotiate': z.strictObject({ message: MediaMessage }),
  'hand:raise': empty,
  /** Own hand without a participant; somebody else's for who moderates. */
  'hand:lower': z.strictObject({ participantId: ParticipantId.optional() }),
  'chat:post': z.strictObject({
    id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
    text: z.string().trim().min(1).max(4000),
  }),
  /** One's own microphone, camera or screen: on (open) or off (muted). */
  'source:set': z.strictObject({ source: TrackSource, level: z.enum(['open', 'muted']) }),
  'participant:mute': z.strictObject({
    participantId: ParticipantId,
    source: TrackSource,
    /** muted: may unmute again; forbidden: may not until allowed; allowed: the ban is lifted (stays muted). */
    level: z.enum(['muted', 'forbidden', 'allowed']),
  }),
  'participants:muteAll': z.strictObject({ forbidUnmute: z.boolean() }),
  'participants:allowUnmute': empty,
  'participant:remove': z.strictObject({ participantId: ParticipantId, isBanned: z.boolean() }),
  'agenda:start': z.strictObject({ itemId: AgendaItemId }),
  'recording:propose': empty,
  'recording:start': empty,
  'recording:stop': empty,
  'presence:mark': z.strictObject({
    participantId: ParticipantId,
    siteId: SiteId.nullable(),
    isPresent: z.boolean(),
  }),
} as const satisfies Record<string, z.ZodType>

/** Every request: payload schema by name. Names are `noun:verb`; each is acked. */
export const requestSchemas = { ...connectionRequests, ...callRequests }

export type ConnectionRequestName = keyof typeof connectionRequests
export type CallRequestName = keyof typeof callRequests
export type RequestName = ConnectionRequestName | CallRequestName
export type RequestPayload<N extends RequestName> = z.infer<(typeof requestSchemas)[N]>
export type RequestInput<N extends RequestName> = z.input<(typeof requestSchemas)[N]>

/** What the pre-join page needs, so that the join itself is one round trip. */
export interface CallHello {
  meeting: {
    id: MeetingId
    title: string
    kind: MeetingKind
    status: MeetingStatus
    startsAtMs: number
    endsAtMs: number
    hostUnitName: string
    /** The meeting is meant to be recorded: shown before joining. */
    isRecordingPlanned: boolean
  }
  me: {
    participantId: ParticipantId
    name: string
    unitName: string
    role: MeetingRole
    kind: ParticipantKind
    /** Actions of `permissions.ts` that are allowed now; the server checks each again. */
    may: Action[]
    /** The same participant is in the call from another page. */
    isElsewhere: boolean
  }
  phase: RoomView['phase']
  isRecording: boolean
  /** Sites of the meeting, for "I sit in the room of …". */
  sites: { id: SiteId; name: string; unitName: string }[]
  /** Up to 12 names of who is there, and how many in all. */
  present: { names: string[]; count: number }
  /** Everyone expected, for the roster of who is missing; only for who may see attendance, else empty. */
  expected: { id: ParticipantId; name: string; unitName: string; role: MeetingRole; kind: ParticipantKind }[]
  media: OpenedRoom
  serverTimeMs: number
}

/** Answers by request name; `void` requests answer `{}`. */
export interface RequestReplies {
  'call:enter': Record<string, never>
  'call:exit': Record<string, never>
  'topics:follow': { refused: Topic[] }
  'topics:drop': Record<string, never>
  'call:hello': CallHello
  'call:join': {
    /** Of the principal's scopes. */
    views: PageViews
    /** Null when the page's media lives on and needs nothing new, and when the ticket went ahead. */
    ticket: MediaTicket | null
    participantId: ParticipantId
    serverTimeMs: number
  }
  'call:leave': Record<string, never>
  'call:end': Record<string, never>
  'view:sync': ScopeSnapshot
  'connection:check': Record<string, never>
  'media:negotiate': { reply: MediaMessage }
  'hand:raise': Record<string, never>
  'hand:lower': Record<string, never>
  'chat:post': { message: ChatMessage }
  'source:set': Record<string, never>
  'participant:mute': Record<string, never>
  'participants:muteAll': Record<string, never>
  'participants:allowUnmute': Record<string, never>
  'participant:remove': Record<string, never>
  'agenda:start': Record<string, never>
  'recording:propose': Record<string, never>
  'recording:start': Record<string, never>
  'recording:stop': Record<string, never>
  'presence:mark': Record<string, never>
}
export type RequestReply<N extends RequestName> = RequestReplies[N]

/** Every ack. */
export type Reply<N extends RequestName> =
  { ok: true; value: RequestReply<N> } | { ok: false; error: WireError }

/** Socket.IO's view of the requests: one event a request, payload then ack. */
export type ClientToServerEvents = {
  [N in RequestName]: (payload: RequestInput<N>, ack: (reply: Reply<N>) => void) => void
}

/** What the server tells without being asked. */
export interface ServerToClientEvents {
  'room:events': (batch: RoomEventBatch) => void
  /** The page's scopes from now on (rights changed), with the whole views of those that are new. */
  'room:scopes': (change: { scopes: Scope[]; given: ScopeSnapshot[] }) => void
  /** Of the engine, for this page's media client. */
  'media:message': (message: { payload: Record<string, unknown> }) => void
  /**
   * Begin media with this ticket, in place of what there is: it goes ahead of the ack of a join (drop it should the
   * join be refused), or the media are gone (worker or node lost).
   */
  'media:ticket': (message: { ticket: MediaTicket }) => void
  /** Who is heard now, loudest first; levels in dBov (−127…0). Not versioned, may be dropped. */
  'speakers:changed': (message: { speakers: { participantId: ParticipantId; level: number }[] }) => void
  /** Before joining: the call opened or ended, or the number of people changed (at most one a second). */
  'lobby:changed': (message: {
    phase: RoomView['phase']
    isRecording: boolean
    present: { names: string[]; count: number }
  }) => void
  /**
   * The page is out of its call, and why; the socket stays. `node_closing` and `wrong_node` mean: enter again at once,
   * where it lives now.
   */
  'call:closed': (message: { error: WireError }) => void
  /** What `call:hello` said of the meeting, or of oneself, may be so no longer: ask again. */
  'meeting:changed': (message: Record<string, never>) => void
  /** The socket is about to be closed, and why. */
  'connection:closed': (message: { error: WireError }) => void
  'topic:changed': (change: TopicChange) => void
}

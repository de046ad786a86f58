import { z } from 'zod'
import { maxMessageBytes, maxTopics, protocolVersion } from './protocol.ts'
import { AgendaItemId, ClientId, MeetingId, ParticipantId, SiteId } from './ids.ts'
import { TrackSource } from './grant.ts'
import { MediaMessage } from './media.ts'
import type { Topic } from './live.ts'
import { scopes } from './room/scope.ts'
import { listOrders, speechKinds } from './room/speechKinds.ts'

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

export const TopicName: z.ZodType<Topic> = z
  .literal('meetings')
  .or(z.templateLiteral(['meeting:', MeetingId]))
/** Names a request to speak: whose, and to which item; null: to none. */
const RequestKey = z.strictObject({
  participantId: ParticipantId,
  agendaItemId: AgendaItemId.nullable().default(null),
})
/** Whom the asker sees with the floor: should it be another's by now, `conflict`. */
const seen = { after: ParticipantId.nullable() }
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
    /** Whoever joins was told that it is or will be recorded, and said to know (Luật 91/2025/QH15, Điều 32). */
    sawRecordingNotice: z.boolean(),
    /** Media need not wait until the join is stored: the ticket comes as `media:ticket`, and the ack has none. */
    takesTicketAhead: z.boolean().default(false),
    /** After a lost connection: the home that the page knew, and whether its media live on. */
    resume: z.strictObject({ epoch: z.number().int(), hasMedia: z.boolean() }).optional(),
  }),
  /** `mayReturn`: the page goes, perhaps to be loaded anew. Nothing depends on it since requests outlive leaving. */
  'call:leave': z.strictObject({ mayReturn: z.boolean().default(false) }),
  'call:end': empty,
  /** A scope's whole view, after a gap in its events. */
  'view:sync': z.strictObject({ scope: z.enum(scopes) }),
  'media:negotiate': z.strictObject({ message: MediaMessage }),
  /** As `floor:request` of a contribution to no item. */
  'hand:raise': empty,
  /** All requests of one: own hand without a participant; somebody else's for who moderates. */
  'hand:lower': z.strictObject({ participantId: ParticipantId.optional() }),
  /** Asked again it is the same request; of another kind, it is asked anew. `invalid_state`: the list is closed. */
  'floor:request': z.strictObject({
    kind: z.enum(speechKinds).default('contribution'),
    agendaItemId: AgendaItemId.nullable().default(null),
  }),
  /** One request: one's own, or anybody's for who moderates. */
  'floor:withdraw': RequestKey,
  'floor:arrange': z.strictObject({ isOpen: z.boolean(), order: z.enum(listOrders) }),
  /** To before another request, or to the end; `conflict` when one of the two is no more. */
  'floor:move': RequestKey.extend({ before: RequestKey.nullable() }),
  /** The floor to somebody in the call, who asked or not; ends the speech that is on. */
  'floor:give': RequestKey.extend(seen),
  /** The floor to whoever is next and there; when nobody is, the speech that is on ends. */
  'floor:next': z.strictObject(seen),
  /** Own speech, or anybody's for who moderates; `conflict` when another has the floor. */
  'floor:end': z.strictObject({ participantId: ParticipantId }),
  'floor:extend': z.strictObject({ participantId: ParticipantId, minutes: z.number().int().min(1).max(60) }),
  'floor:pause': z.strictObject({ participantId: ParticipantId, isPaused: z.boolean() }),
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
  /** I know that the call is recorded; once is enough. */
  'recording:acknowledge': empty,
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

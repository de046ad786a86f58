import { z } from 'zod'
import type { WireError } from './errors.ts'
import { MeetingId, ParticipantId, SiteId } from './ids.ts'
import { MediaMessage, MediaTicket, OpenedRoom } from './media.ts'
import { meetingKinds, meetingRoles, meetingStatuses } from './meeting.ts'
import { actions } from './permissions.ts'
import { TopicName, type RequestInput, type RequestName } from './requests.ts'
import { ChatMessage } from './room/chatEvents.ts'
import { ParticipantView } from './room/participantView.ts'
import { CallPhase, PageViews, ScopeSnapshot } from './room/views.ts'

// What requests are answered. Pages have only the types of this: no answer of the server is parsed there, and the
// schema library is not in what they load.

/** Who is in the call, as the pre-join page tells it: up to 12 names, and how many in all. */
const PresentPeople = z.object({ names: z.array(z.string()), count: z.number() })

/** How the call stands for those who are not in it. */
export const LobbyNews = z.object({ phase: CallPhase, isRecording: z.boolean(), present: PresentPeople })
export type LobbyNews = z.infer<typeof LobbyNews>

/** What the pre-join page needs, so that the join itself is one round trip. */
const CallHello = LobbyNews.extend({
  meeting: z.object({
    id: MeetingId,
    title: z.string(),
    kind: z.enum(meetingKinds),
    status: z.enum(meetingStatuses),
    startsAtMs: z.number(),
    endsAtMs: z.number(),
    /** Where the centre sits; empty when nowhere. */
    place: z.string(),
    hostUnitName: z.string(),
    /** The meeting is meant to be recorded: shown before joining. */
    isRecordingPlanned: z.boolean(),
  }),
  me: z.object({
    participantId: ParticipantId,
    name: z.string(),
    unitName: z.string(),
    role: z.enum(meetingRoles),
    kind: ParticipantView.shape.kind,
    /** Actions of `permissions.ts` that are allowed now; the server checks each again. */
    may: z.array(z.enum(actions)),
    /** The same participant is in the call from another page. */
    isElsewhere: z.boolean(),
  }),
  /** Sites of the meeting, for "I sit in the room of …". */
  sites: z.array(z.object({ id: SiteId, name: z.string(), unitName: z.string() })),
  /** Everyone expected, for the roster of who is missing; only for who may see attendance, else empty. */
  expected: z.array(ParticipantView.pick({ id: true, name: true, unitName: true, role: true, kind: true })),
  media: OpenedRoom,
  serverTimeMs: z.number(),
})
export type CallHello = z.infer<typeof CallHello>

const nothing = z.strictObject({})

/** What each request is answered when it succeeds. */
export const replySchemas = {
  'call:enter': nothing,
  'call:exit': nothing,
  'topics:follow': z.object({ refused: z.array(TopicName) }),
  'topics:drop': nothing,
  'connection:check': nothing,
  'call:hello': CallHello,
  'call:join': z.object({
    /** Of the principal's scopes. */
    views: PageViews,
    /** Null when the page's media lives on and needs nothing new, and when the ticket went ahead. */
    ticket: MediaTicket.nullable(),
    participantId: ParticipantId,
    serverTimeMs: z.number(),
  }),
  'call:leave': nothing,
  'call:end': nothing,
  'view:sync': ScopeSnapshot,
  'media:negotiate': z.object({ reply: MediaMessage }),
  'hand:raise': nothing,
  'hand:lower': nothing,
  'floor:request': nothing,
  'floor:withdraw': nothing,
  'floor:arrange': nothing,
  'floor:move': nothing,
  'floor:give': nothing,
  'floor:next': nothing,
  'floor:end': nothing,
  'floor:extend': nothing,
  'floor:pause': nothing,
  'chat:post': z.object({ message: ChatMessage }),
  'source:set': nothing,
  'participant:mute': nothing,
  'participants:muteAll': nothing,
  'participants:allowUnmute': nothing,
  'participant:remove': nothing,
  'agenda:start': nothing,
  'recording:propose': nothing,
  'recording:start': nothing,
  'recording:stop': nothing,
  'recording:acknowledge': nothing,
  'presence:mark': nothing,
} as const satisfies Record<RequestName, z.ZodType>

export type RequestReply<N extends RequestName> = z.infer<(typeof replySchemas)[N]>

/** Every ack. */
export type Reply<N extends RequestName> =
  { ok: true; value: RequestReply<N> } | { ok: false; error: WireError }

/** Socket.IO's view of the requests: one event a request, payload then ack. */
export type ClientToServerEvents = {
  [N in RequestName]: (payload: RequestInput<N>, ack: (reply: Reply<N>) => void) => void
}

import { z } from 'zod'
import { AgendaItemId, MeetingId, ParticipantId, RecordingId, SiteId } from '../ids.ts'
import { AgendaItem } from './agendaEvents.ts'
import { ChatMessage } from './chatEvents.ts'
import { ListOrder, RequestName, SpeechKind } from './floorEvents.ts'
import { ParticipantView } from './participantView.ts'
import { RecordingState } from './recordingEvents.ts'
import type { Scope } from './scope.ts'

// What the slices keep of a call, and the view of each scope, made of them. Apart from the rules, which have only the
// types of this, so that a page has the rules without the schema library.

export const AgendaItemView = AgendaItem.extend({ startedAtMs: z.number().nullable() })
export type AgendaItemView = z.infer<typeof AgendaItemView>

/** The agenda, and the item that is spoken to. */
const AgendaView = z.object({
  agenda: z.array(AgendaItemView),
  currentItemId: AgendaItemId.nullable(),
})
export type AgendaView = z.infer<typeof AgendaView>

const spoken = { kind: SpeechKind, name: z.string(), unitName: z.string() }

/** Somebody asks to speak, to an item or to none; they may have left the call. */
const SpeakingRequest = RequestName.extend({ ...spoken, askedAtMs: z.number() })
export type SpeakingRequest = z.infer<typeof SpeakingRequest>

/** Who has the floor. The time is kept while `pausedAtMs` is set; `limitMs` null: as long as it takes. */
const Speech = RequestName.extend({
  ...spoken,
  beganAtMs: z.number(),
  limitMs: z.number().nullable(),
  pausedAtMs: z.number().nullable(),
  pausedMs: z.number(),
})
export type Speech = z.infer<typeof Speech>

/** The speaking list; `requestsInOrder` has it in the order of being called. */
const FloorView = z.object({
  /** Whether requests are taken; points of order always are. */
  isOpen: z.boolean(),
  order: ListOrder,
  requests: z.array(SpeakingRequest),
  speech: Speech.nullable(),
  /** How long each had the floor so far. */
  heldMs: z.record(ParticipantId, z.number()),
})
export type FloorView = z.infer<typeof FloorView>

const ChatView = z.object({
  /** The newest 200 messages, oldest first. */
  chat: z.array(ChatMessage),
})
export type ChatView = z.infer<typeof ChatView>

/** For moderators, who see the attendance, and technicians, who mark it too. */
const PresenceView = z.object({
  /** Present people who were marked by hand (in a site's room without a device of their own): site or null. */
  markedPresent: z.record(ParticipantId, z.object({ siteId: SiteId.nullable(), atMs: z.number() })),
})
export type PresenceView = z.infer<typeof PresenceView>

const RecordingView = z.object({
  state: RecordingState,
  /** When failed: what goes on as soon as a recorder can; null when nothing does. */
  recordingId: RecordingId.nullable(),
  startedAtMs: z.number().nullable(),
  /** An error code when failed. */
  failure: z.string().nullable(),
})
export type RecordingView = z.infer<typeof RecordingView>

/** For moderators: the secretary asks, the chair decides, and nobody else hears of it before. */
const ProposalView = z.object({ isRecordingProposed: z.boolean() })
export type ProposalView = z.infer<typeof ProposalView>

/** For the participant whom it concerns. */
const OwnAcknowledgementView = z.object({
  /** When I said that I know of the recording; null until then. */
  recordingAcknowledgedAtMs: z.number().nullable(),
})
export type OwnAcknowledgementView = z.infer<typeof OwnAcknowledgementView>

/** The people of a call, of whom several slices say something. */
const PeopleView = z.object({ participants: z.record(ParticipantId, ParticipantView) })
export type PeopleView = z.infer<typeof PeopleView>

export const CallPhase = z.enum(['waiting', 'open', 'ended'])
export type CallPhase = z.infer<typeof CallPhase>

/** From the opening to the end: who is in the call. */
const SeatsView = PeopleView.extend({
  phase: CallPhase,
  openedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
})
export type SeatsView = z.infer<typeof SeatsView>

/** For moderators. */
const BansView = z.object({
  /** Who was taken out for good in this call. */
  banned: z.array(ParticipantId),
})
export type BansView = z.infer<typeof BansView>

/** Rights and tracks stand with their people (`grant`, `tracks`). */
const SoundView = PeopleView.extend({
  /** Whether "mute all" was asked with unmuting forbidden: those who join later start forbidden too. */
  isUnmuteForbidden: z.boolean(),
})
export type SoundView = z.infer<typeof SoundView>

/** For moderators. */
const LeavesView = z.object({
  /** Whom a moderator lets speak while unmuting is forbidden to the others. */
  allowedToUnmute: z.array(ParticipantId),
})
export type LeavesView = z.infer<typeof LeavesView>

/** For the participant whom it concerns. */
const OwnLeaveView = z.object({
  /** A moderator lets me speak while unmuting is forbidden to the others. */
  isAllowedToUnmute: z.boolean(),
})
export type OwnLeaveView = z.infer<typeof OwnLeaveView>

/** Every view has them. `epoch` names the home that counts: a view of another epoch is stale as a whole. */
const versioned = { epoch: z.number(), version: z.number() }

/** The call as everybody in it sees it: all that a page needs to draw it. */
const RoomView = z.object({
  ...versioned,
  meetingId: MeetingId,
  ...SeatsView.shape,
  ...AgendaView.shape,
  ...ChatView.shape,
  ...SoundView.shape,
  recording: RecordingView,
  floor: FloorView,
})

/** What moderators see besides. */
const ModeratorsView = z.object({
  ...versioned,
  ...PresenceView.shape,
  ...BansView.shape,
  ...LeavesView.shape,
  ...ProposalView.shape,
})

/** What technicians see besides. */
const TechniciansView = z.object({ ...versioned, ...PresenceView.shape })

/** What one participant sees besides. */
const OwnView = z.object({ ...versioned, ...OwnLeaveView.shape, ...OwnAcknowledgementView.shape })

/** The view of each scope. */
export const viewSchemas = {
  all: RoomView,
  moderators: ModeratorsView,
  technicians: TechniciansView,
  own: OwnView,
} as const satisfies Record<Scope, z.ZodType>

export type ScopeViews = { [S in Scope]: z.infer<(typeof viewSchemas)[S]> }
export type RoomView = ScopeViews['all']
export type ModeratorsView = ScopeViews['moderators']
export type OwnView = ScopeViews['own']

/** One scope's view as a whole. */
export const ScopeSnapshot = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('all'), view: viewSchemas.all }),
  z.object({ scope: z.literal('moderators'), view: viewSchemas.moderators }),
  z.object({ scope: z.literal('technicians'), view: viewSchemas.technicians }),
  z.object({ scope: z.literal('own'), view: viewSchemas.own }),
])
export type ScopeSnapshot = z.infer<typeof ScopeSnapshot>

/** What a page has of a call: the views of its scopes. */
export const PageViews = z.object(viewSchemas).partial({ moderators: true, technicians: true })
export type PageViews = z.infer<typeof PageViews>

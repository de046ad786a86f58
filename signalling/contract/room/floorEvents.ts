import { z } from 'zod'
import { AgendaItemId, ParticipantId } from '../ids.ts'
import { fact } from './fact.ts'
import { listOrders, speechKinds } from './speechKinds.ts'

export const SpeechKind = z.enum(speechKinds)
export const ListOrder = z.enum(listOrders)

/** Names a request; see `RequestKey`. */
export const RequestName = z.object({ participantId: ParticipantId, agendaItemId: AgendaItemId.nullable() })

/** Why a speech is over. */
export const SpeechEnd = z.enum(['done', 'next', 'timeUp', 'left', 'callEnded'])
export type SpeechEnd = z.infer<typeof SpeechEnd>

/** Asking to speak, being given the floor, and speaking. */
export const FloorEvent = z.discriminatedUnion('type', [
  /** A request to speak; another kind takes the place of the one before. Until November 2026 all were of one kind. */
  fact('handRaised', {
    participantId: ParticipantId,
    agendaItemId: AgendaItemId.nullable().default(null),
    kind: SpeechKind.default('contribution'),
    /** Who asks may leave: the list says who it was. */
    name: z.string().default(''),
    unitName: z.string().default(''),
  }),
  /** Withdrawn, taken off the list, or answered by the floor. Null: by whom was not said (until November 2026). */
  fact('handLowered', {
    participantId: ParticipantId,
    agendaItemId: AgendaItemId.nullable().default(null),
    by: ParticipantId.nullable().default(null),
  }),
  fact('speakingListArranged', { isOpen: z.boolean(), order: ListOrder, by: ParticipantId }),
  /** By hand, to before another request or to the end (null); from then on the order is by hand. */
  fact('requestMoved', {
    participantId: ParticipantId,
    agendaItemId: AgendaItemId.nullable(),
    before: RequestName.nullable(),
    by: ParticipantId,
  }),
  /** Somebody has the floor. */
  fact('speechBegan', {
    participantId: ParticipantId,
    name: z.string(),
    unitName: z.string(),
    kind: SpeechKind,
    agendaItemId: AgendaItemId.nullable(),
    limitMs: z.number().nullable(),
    /** The floor lifted a ban on the microphone, for as long as it is held. */
    isBanLifted: z.boolean(),
    by: ParticipantId,
  }),
  fact('speechExtended', { participantId: ParticipantId, extraMs: z.number(), by: ParticipantId }),
  fact('speechPaused', { participantId: ParticipantId, by: ParticipantId }),
  fact('speechResumed', { participantId: ParticipantId, by: ParticipantId }),
  /** The floor was had, from when and how long without the pauses; for the minutes. By null: nobody did it. */
  fact('speechEnded', {
    participantId: ParticipantId,
    kind: SpeechKind,
    agendaItemId: AgendaItemId.nullable(),
    beganAtMs: z.number(),
    heldMs: z.number(),
    reason: SpeechEnd,
    by: ParticipantId.nullable(),
  }),
  /** A stretch of speech, known when it ends; for the minutes. */
  fact('spoke', { participantId: ParticipantId, fromMs: z.number(), toMs: z.number() }),
])
export type FloorEvent = z.infer<typeof FloorEvent>

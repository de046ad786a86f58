import { z } from 'zod'
import { ParticipantId } from '../ids.ts'
import { meetingRoles } from '../meeting.ts'
import { fact } from './fact.ts'
import { ParticipantView } from './participantView.ts'

export const LeaveReason = z.enum(['left', 'removed', 'lost', 'ended'])
export type LeaveReason = z.infer<typeof LeaveReason>

/** Opening, coming, going and the end. */
export const SeatsEvent = z.discriminatedUnion('type', [
  fact('callOpened', { by: ParticipantId }),
  fact('callEnded', { by: ParticipantId.nullable() }),
  /** It had ended by mistake; by an account or a participant of the office. Nobody is in it. */
  fact('callReopened', { by: z.string() }),
  fact('participantJoined', { participant: ParticipantView }),
  fact('participantLeft', { participantId: ParticipantId, reason: LeaveReason }),
  fact('participantDisconnected', { participantId: ParticipantId }),
  fact('participantReconnected', { participantId: ParticipantId }),
  /** The plan names them otherwise than when they came in. */
  fact('participantChanged', {
    participantId: ParticipantId,
    name: z.string(),
    unitName: z.string(),
    position: z.string(),
    role: z.enum(meetingRoles),
  }),
  /** Out for good; of people who are not in the call too. */
  fact('participantBanned', { participantId: ParticipantId, by: ParticipantId }),
])
export type SeatsEvent = z.infer<typeof SeatsEvent>

import { z } from 'zod'
import { assertNever } from './errors.ts'
import type { Credential } from './principal.ts'

/** The bus topic on which ended rights are published, after the database knows. */
export const revocationTopic = 'identity:revoked'

/** Access that was good and no longer is. `user`: something of the account's ended or changed, perhaps not this session. */
export const Revocation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), sessionId: z.string() }),
  z.object({ kind: z.literal('user'), userId: z.string() }),
  z.object({ kind: z.literal('link'), meetingId: z.string(), participantId: z.string() }),
  z.object({ kind: z.literal('participant'), meetingId: z.string(), participantId: z.string() }),
])
export type Revocation = z.infer<typeof Revocation>

/** What a revocation means for a credential: `ended`; `asked` anew, as it may have; or null. */
export function effectOn(revocation: Revocation, credential: Credential): 'ended' | 'asked' | null {
  switch (revocation.kind) {
    case 'session':
      return credential.kind === 'account' && credential.sessionId === revocation.sessionId ? 'ended' : null
    case 'user':
      return credential.kind === 'account' && credential.userId === revocation.userId ? 'asked' : null
    case 'link':
    case 'participant':
      return credential.kind === 'link' &&
        credential.meetingId === revocation.meetingId &&
        credential.participantId === revocation.participantId
        ? 'ended'
        : null
    default:
      return assertNever(revocation)
  }
}

import { connectCall, type CallSignal } from '#signalling/client.ts'
import type { MeetingId } from '#contract/ids.ts'
import { newClientId } from './media/newId.ts'

/** Connects this page to a call on its own origin: a stay's one line to the server. */
export function connectToCall(meetingId: MeetingId): CallSignal {
  return connectCall({ url: '', meetingId, clientId: newClientId() })
}

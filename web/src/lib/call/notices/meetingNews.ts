import type { AgendaItemId, ParticipantId } from '#contract/ids.ts'
import type { RoomEvent, RoomView } from '#contract/room/room.ts'

/** What a person should be told of what happened; the component finds the words. */
export type News =
  | { kind: 'mutedByOther'; isForbidden: boolean; source: 'microphone' | 'camera' | 'screen' }
  | { kind: 'unmuteAllowed' }
  | { kind: 'handLowered' }
  | { kind: 'handRaised'; name: string }
  | { kind: 'recording'; state: RoomView['recording']['state'] }
  | { kind: 'agendaItem'; itemId: AgendaItemId }
  | { kind: 'message'; name: string; text: string }

/** What of an event concerns this person; one's own acts too where the event does not say whose they are. `before` is the view without it. */
export function newsOf(before: RoomView, event: RoomEvent, me: ParticipantId, isModerator: boolean): News[] {
  switch (event.type) {
    case 'grantChanged': {
      const grant = before.participants[me]?.grant
      if (event.participantId !== me || event.by === me || !grant) return []
      const muted = (['microphone', 'camera', 'screen'] as const).filter(
        (source) => grant[source] === 'open' && event.grant[source] !== 'open',
      )
      const news: News[] = muted.map((source) => ({
        kind: 'mutedByOther',
        isForbidden: event.grant[source] === 'forbidden',
        source,
      }))
      const isFreed = grant.microphone === 'forbidden' && event.grant.microphone !== 'forbidden'
      return isFreed ? [...news, { kind: 'unmuteAllowed' }] : news
    }
    case 'handRaised':
      return isModerator && event.participantId !== me
        ? [{ kind: 'handRaised', name: before.participants[event.participantId]?.name ?? '' }]
        : []
    case 'handLowered':
      return event.participantId === me ? [{ kind: 'handLowered' }] : []
    case 'recordingChanged': {
      const { state } = before.recording
      if (event.state === 'starting' || event.state === 'stopping' || event.state === 'proposed') return []
      // A failure that is put away was told when it came.
      const wasTold = event.state === 'off' && state !== 'recording' && state !== 'stopping'
      return wasTold ? [] : [{ kind: 'recording', state: event.state }]
    }
    case 'agendaItemStarted':
      return event.by === me ? [] : [{ kind: 'agendaItem', itemId: event.itemId }]
    case 'chatPosted':
      return event.message.participantId === me
        ? []
        : [{ kind: 'message', name: event.message.name, text: event.message.text }]
    default:
      return []
  }
}

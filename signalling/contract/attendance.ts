import type { ParticipantId, SiteId } from './ids.ts'
import type { MeetingRole } from './meeting.ts'
import type { RoomEvent } from './room/room.ts'

/**
 * The one count of a meeting's attendance, on whatever screen it stands. Technicians serve the meeting: they are
 * listed, not counted. While the call runs, who is connected or was marked by hand is there; afterwards, who was.
 */
export function attendanceCount(people: Iterable<{ role: MeetingRole; isThere: boolean }>): {
  present: number
  expected: number
} {
  const counted = [...people].filter((one) => one.role !== 'technician')
  return { present: counted.filter((one) => one.isThere).length, expected: counted.length }
}

/** One stay in the call. `siteId` is the room in which the person sat; null on a device of one's own. */
export interface Stay {
  fromMs: number
  /** Null while the person is still there. */
  toMs: number | null
  siteId: SiteId | null
}

export interface Presence {
  participantId: ParticipantId
  stays: Stay[]
  /** Marked by hand as present in a site's room. */
  marked: { siteId: SiteId | null; atMs: number } | null
  /** The first stay's begin, or the mark when that was earlier. */
  firstJoinedAtMs: number | null
  /** The last stay's end; null while it goes on, and for somebody only marked. */
  lastLeftAtMs: number | null
  /** In the call, all stays together; a mark by hand adds nothing. */
  totalMs: number
}

/** Who said to know that the call is recorded, and when first; from its stored events alone. */
export function acknowledgementsOf(events: Iterable<RoomEvent>): Map<ParticipantId, number> {
  const found = new Map<ParticipantId, number>()
  for (const event of events) {
    if (event.type !== 'recordingAcknowledged' || found.has(event.participantId)) continue
    found.set(event.participantId, event.atMs)
  }
  return found
}

/**
 * Who was there, from the call's stored events alone: joins, losses and leaves fold into stays.
 * A seat whose page was lost counts until the loss. Pure; used live, for the CSV and for the minutes.
 * @param nowMs ends a stay that is still going on, for `totalMs`.
 */
export function presenceOf(events: Iterable<RoomEvent>, nowMs: number): Map<ParticipantId, Presence> {
  const byId = new Map<ParticipantId, Presence>()
  const siteOf = new Map<ParticipantId, SiteId | null>()
  const get = (id: ParticipantId): Presence => {
    let presence = byId.get(id)
    if (!presence) {
      presence = {
        participantId: id,
        stays: [],
        marked: null,
        firstJoinedAtMs: null,
        lastLeftAtMs: null,
        totalMs: 0,
      }
      byId.set(id, presence)
    }
    return presence
  }
  const begin = (id: ParticipantId, atMs: number): void => {
    const { stays } = get(id)
    const last = stays.at(-1)
    if (last?.toMs === null) return
    // A new home's clock may be behind the old one's: stays never overlap, so nobody's time counts twice.
    stays.push({ fromMs: Math.max(atMs, last?.toMs ?? atMs), toMs: null, siteId: siteOf.get(id) ?? null })
  }
  const end = (id: ParticipantId, atMs: number): void => {
    const last = byId.get(id)?.stays.at(-1)
    if (last && last.toMs === null) last.toMs = Math.max(last.fromMs, atMs)
  }
  const mark = (id: ParticipantId, mark: Presence['marked']): void => {
    const presence = get(id)
    // Marking again (in another room) does not make somebody late.
    presence.marked = mark && presence.marked ? { ...mark, atMs: presence.marked.atMs } : mark
  }
  for (const event of events) {
    switch (event.type) {
      case 'participantJoined':
        end(event.participant.id, event.atMs)
        siteOf.set(event.participant.id, event.participant.siteId)
        begin(event.participant.id, event.atMs)
        break
      case 'participantReconnected':
        begin(event.participantId, event.atMs)
        break
      case 'participantDisconnected':
      case 'participantLeft':
        end(event.participantId, event.atMs)
        break
      case 'callEnded':
        for (const id of byId.keys()) end(id, event.atMs)
        break
      case 'presenceMarked':
        mark(event.participantId, event.isPresent ? { siteId: event.siteId, atMs: event.atMs } : null)
        break
    }
  }
  for (const presence of byId.values()) {
    const known = [presence.stays[0]?.fromMs, presence.marked?.atMs].filter((at) => at !== undefined)
    presence.firstJoinedAtMs = known.length === 0 ? null : Math.min(...known)
    presence.lastLeftAtMs = presence.stays.at(-1)?.toMs ?? null
    presence.totalMs = presence.stays.reduce(
      (sum, s) => sum + ((s.toMs ?? Math.max(nowMs, s.fromMs)) - s.fromMs),
      0,
    )
  }
  return byId
}

import { ParticipantId, type MeetingId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { standingOf } from '#contract/standing.ts'
import type { Principals } from '../identity.ts'
import type { MemoryStores } from './memoryStores.ts'

/**
 * Principals without accounts: the cookie `who=<participant id>` is believed, as a link to every meeting that has such
 * a participant. For tests and load runs on `MemoryStores` only.
 */
export function newMemoryPrincipals(stores: MemoryStores): Principals {
  return {
    resolve: async (headers) => {
      const who = /(?:^|;\s*)who=([A-Za-z0-9_-]+)/.exec(headers.get('cookie') ?? '')?.[1]
      if (who === undefined) return null
      const participantId = ParticipantId.parse(who)
      const links = [...stores.records.values()].flatMap(({ id: meetingId, people }) =>
        people.some((person) => person.id === who)
          ? [{ kind: 'link' as const, linkId: `${who}-${meetingId}`, meetingId, participantId }]
          : [],
      )
      return links.length > 0 ? { account: null, links } : null
    },
    standingIn: async (principal, meetingId) => {
      const record = stores.records.get(meetingId)
      if (!record) return null
      const siteId = record.sites[0]?.id ?? null
      return standingOf(principal, {
        meetingId,
        unitId: record.unitId,
        status: record.status,
        minutesState: null,
        participants: record.people.map((person) => ({
          ...person,
          userId: null,
          siteId: person.kind === 'site' ? siteId : null,
          isBanned: stores.banned.has(person.id),
        })),
      })
    },
    concernedBy: async () => new Set(), // there are no accounts
  }
}

/** The headers with which a participant connects. */
export function cookieOf(participantId: string): { cookie: string } {
  return { cookie: `who=${participantId}` }
}

/** Names a meeting for `MemoryStores`, with people by id and role. */
export function newMemoryMeeting(
  stores: MemoryStores,
  id: MeetingId,
  people: { id: string; role: MeetingRole }[],
): void {
  const nowMs = Date.now()
  stores.records.set(id, {
    id,
    title: 'Họp giao ban',
    kind: 'work',
    status: 'scheduled',
    version: 1,
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3_600_000,
    place: 'Phòng họp 1',
    unitId: 'unit',
    unitName: 'Văn phòng',
    isRecordingPlanned: false,
    agenda: [],
    sites: [],
    people: people.map((person) => ({
      id: ParticipantId.parse(person.id),
      name: `Tên ${person.id}`,
      unitName: 'Văn phòng',
      position: '',
      role: person.role,
      kind: 'person',
    })),
  })
}

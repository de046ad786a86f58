import { AppError } from '#contract/errors.ts'
import { ParticipantId, type MeetingId, type SiteId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import type { Identify } from './identity.ts'
import type { MemoryStores } from './memoryStores.ts'

/**
 * Identities without accounts: the cookie `who=<participant id>` is believed. For tests and load runs on
 * `MemoryStores` only.
 */
export function memoryIdentify(stores: MemoryStores): Identify {
  return async (headers, meetingId) => {
    const who = /(?:^|;\s*)who=([A-Za-z0-9_-]+)/.exec(headers.get('cookie') ?? '')?.[1]
    if (who === undefined) throw new AppError('unauthenticated')
    const record = stores.records.get(meetingId)
    const person = record?.people.find((known) => known.id === who)
    if (!record || !person) throw new AppError('not_found')
    if (stores.banned.has(person.id)) throw new AppError('removed')
    return {
      participantId: person.id,
      userId: null,
      siteId: person.kind === 'site' ? siteIdOf(record.sites) : null,
      kind: person.kind,
      role: person.role,
      name: person.name,
      position: person.position,
      unitName: person.unitName,
      actor: { isSystemAdmin: false, unitRoles: [], meetingRole: person.role },
      subject: { unitId: record.unitId, meetingStatus: record.status },
      sessionId: `session-${person.id}`,
    }
  }
}

function siteIdOf(sites: { id: SiteId }[]): SiteId | null {
  return sites[0]?.id ?? null
}

/** The headers with which a participant connects. */
export function cookieOf(participantId: string): { cookie: string } {
  return { cookie: `who=${participantId}` }
}

/** Names a meeting for `MemoryStores`, with people by id and role. */
export function memoryMeeting(
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
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3_600_000,
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

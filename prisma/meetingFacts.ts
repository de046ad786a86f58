import type { AuditValue } from './audit.ts'
import type { PrismaTx } from './client.ts'

/** A field of something that was changed, in an audit entry's detail. */
type Change =
  { field: string; from: AuditValue; to: AuditValue } | { field: string; removed: string[]; added: string[] }

/**
 * What the audit log tells of a meeting's plan. People and units by id; who is which, the meeting's own rows say. Of
 * guests, whom only those rows know, who they are too.
 */
export type MeetingFacts = Readonly<Record<string, AuditValue>>

/** As the rows are now; empty for none. */
export async function meetingFacts(tx: PrismaTx, id: string): Promise<MeetingFacts> {
  const meeting = await tx.meeting.findUnique({
    where: { id },
    include: {
      participants: { orderBy: { id: 'asc' } },
      agenda: { orderBy: { position: 'asc' } },
      sites: { orderBy: { siteId: 'asc' } },
      units: { orderBy: { unitId: 'asc' } },
      sitting: { include: { session: true } },
    },
  })
  if (!meeting) return {}
  const { status, unitId, kind, title, description, place, isRecordingPlanned } = meeting
  const held = (role: string): string => meeting.participants.find((row) => row.role === role)?.userId ?? ''
  const others = meeting.participants.filter(({ role }) => role !== 'chair' && role !== 'secretary')
  return {
    ...{ status, unitId, kind, title, description, place, isRecordingPlanned },
    isDeclaredUnclassified: meeting.isDeclaredUnclassified,
    overrideReason: meeting.overrideReason,
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    chair: held('chair'),
    secretary: held('secretary'),
    people: others.map((row) => `${row.role} ${row.userId ?? row.siteId ?? row.id}`),
    guests: others
      .filter((row) => row.kind === 'person' && row.userId === null)
      .map((row) => [row.name, row.position, row.unitName].join(' · ')),
    units: meeting.units.map((unit) => unit.unitId),
    sites: meeting.sites.map((site) => `${site.role} ${site.siteId}`),
    sitting: [meeting.sitting?.bodyId, meeting.sitting?.session?.name, meeting.sitting?.number]
      .filter(Boolean)
      .join(' · '),
    agenda: meeting.agenda.map((item) => [item.title, item.presenter, item.durationMin ?? ''].join(' · ')),
  }
}

/** The fields in which two states differ: what they were and what they are; of lists, what went and what came. */
export function changesBetween(before: MeetingFacts, after: MeetingFacts): Change[] {
  return Object.entries(after).flatMap(([field, to]): Change[] => {
    const from = before[field] ?? (Array.isArray(to) ? [] : '')
    if (!Array.isArray(from) || !Array.isArray(to)) return from === to ? [] : [{ field, from, to }]
    const [was, is] = [from.map(String), to.map(String)]
    const removed = was.filter((one) => !is.includes(one))
    const added = is.filter((one) => !was.includes(one))
    if (removed.length + added.length > 0) return [{ field, removed, added }]
    return was.join('\n') === is.join('\n') ? [] : [{ field, from: was, to: is }] // another order
  })
}

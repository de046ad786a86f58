import type { UnitRole } from '#contract/meeting.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { Database } from '#db/client.ts'
import { briefing } from './minutesTestCall.ts'
import type { Viewer } from '#office/access.ts'
import { accountViewer, linkViewer } from '#office/testing/testViewer.ts'

/** The unit of the stored meetings, for tests. */
export const unitId = 'unit-stc'

/** Stores the meeting of `briefing()` with accounts for its people, under an id of its own; for tests. */
export async function storeBriefing(
  database: Database,
  id: string,
  change: { status?: string; events?: RoomEvent[]; bannedId?: string } = {},
): Promise<void> {
  const facts = briefing()
  const { prisma } = database
  const status = change.status ?? 'ended'
  const parent = {
    code: '01',
    name: 'Thành phố Hà Nội',
    nameSearch: '',
    level: 'city',
    kind: 'ủy ban nhân dân',
  }
  const unit = {
    code: 'STC',
    name: 'Tài chính',
    nameSearch: '',
    level: 'city',
    kind: 'sở',
    parentId: 'unit-city',
  }
  const commune = (code: string, name: string) => ({
    code,
    name,
    nameSearch: '',
    level: 'commune',
    kind: 'phường',
    parentId: 'unit-city',
  })
  await prisma.unit.createMany({
    data: [
      { id: 'unit-city', ...parent, validFrom: new Date('2008-08-01') },
      { id: unitId, ...unit, validFrom: new Date('2025-03-01') },
      { id: 'unit-hk', ...commune('00070', 'Hoàn Kiếm'), validFrom: new Date('2025-07-01') },
      { id: 'unit-bd', ...commune('00004', 'Ba Đình'), validFrom: new Date('2025-07-01') },
    ],
    skipDuplicates: true,
  })
  await prisma.user.createMany({
    data: facts.participants
      .filter((one) => one.kind === 'person' && one.role !== 'guest')
      .map((one) => ({ id: `user-${one.id}`, name: one.name, email: `${one.id}@example.test` })),
    skipDuplicates: true,
  })
  await prisma.site.createMany({
    data: [
      { id: 'site1', unitId: 'unit-hk', name: 'Hội trường' },
      { id: 'site2', unitId: 'unit-bd', name: 'Hội trường' },
    ],
    skipDuplicates: true,
  })
  await prisma.meeting.create({
    data: {
      id,
      unitId,
      kind: 'briefing',
      title: facts.title,
      titleSearch: '',
      place: facts.place,
      startsAt: new Date(facts.startsAtMs),
      endsAt: new Date(facts.endedAtMs),
      status,
      openedAt: facts.openedAtMs === null ? null : new Date(facts.openedAtMs),
      endedAt: status === 'ended' ? new Date(facts.endedAtMs) : null,
      sites: { create: ['site1', 'site2'].map((siteId) => ({ siteId, role: 'member' })) },
      agenda: {
        create: facts.agenda.map((item, position) => ({ ...item, id: `${id}-${item.id}`, position })),
      },
      participants: {
        create: facts.participants.map(({ id: participantId, ...one }) => ({
          ...one,
          id: `${id}-${participantId}`,
          userId: one.kind === 'person' && one.role !== 'guest' ? `user-${participantId}` : null,
          bannedAt: change.bannedId === participantId ? new Date() : null,
        })),
      },
    },
  })
  await prisma.callEvent.createMany({
    data: (change.events ?? facts.events).map((event, index) => {
      // Ids are per meeting in a database.
      const payload: { type: string; atMs: number } & Record<string, string | number> = JSON.parse(
        JSON.stringify(event, prefixIds(id)),
      )
      const { type, atMs } = payload
      return { meetingId: id, seq: index + 1, epoch: 1, type, payload, at: new Date(atMs) }
    }),
  })
}

function prefixIds(meetingId: string): (key: string, value: unknown) => unknown {
  return (key, value) =>
    typeof value === 'string' && ['id', 'participantId', 'itemId', 'by'].includes(key)
      ? `${meetingId}-${value}`
      : value
}

/** Somebody with an account, by the id in `briefing()`; for tests. */
export function account(id: string, roleInUnit?: UnitRole): Viewer {
  const unitRoles = roleInUnit ? [{ unitId, role: roleInUnit }] : []
  return accountViewer(`user-${id}`, { name: `Account ${id}`, unitRoles })
}

/** The holder of a join link, by the participant's id in `briefing()`; for tests. */
export function linkHolder(meetingId: string, id: string): Viewer {
  return linkViewer(meetingId, `${meetingId}-${id}`)
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { MeetingRole, MeetingStatus } from '#contract/meeting.ts'
import { callStanding } from '#contract/standing.ts'
import { MeetingId } from '#contract/ids.ts'
import { listMeetings } from '#db/meetings.ts'
import { standingIn } from '#db/standing.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accessTo } from './access.ts'
import type { Viewer } from './access.ts'
import { accountViewer, linkViewer } from './testing/testViewer.ts'

let db: TestDatabase
let count = 0
beforeAll(async () => {
  db = await startTestDatabase()
  await db.database.prisma.unit.create({
    data: {
      ...{ id: 'unit', code: 'u', name: 'Thử', nameSearch: 'thu', level: 'commune', kind: 'xã' },
      validFrom: new Date('2025-07-01'),
    },
  })
})
afterAll(() => db.drop())

/** A meeting with one account's row and one guest's; returns both as they would come. */
async function newMeeting(
  status: MeetingStatus,
  row: { role?: MeetingRole; isBanned?: boolean; guestIsBanned?: boolean } = {},
): Promise<{ id: string; invited: Viewer; guest: Viewer; both: Viewer }> {
  const id = `meeting${++count}`
  const userId = `user${count}`
  const { prisma } = db.database
  await prisma.user.create({ data: { id: userId, name: 'Mẫu', email: `${userId}@mau.example` } })
  const at = new Date()
  await prisma.meeting.create({
    data: {
      ...{ id, unitId: 'unit', kind: 'work', title: 'Họp', titleSearch: 'hop', status },
      ...{ startsAt: at, endsAt: at },
      participants: {
        create: [
          {
            ...{ id: `own${count}`, userId, name: 'Mẫu', role: row.role ?? 'delegate' },
            bannedAt: row.isBanned ? at : null,
          },
          {
            ...{ id: `guest${count}`, name: 'Khách', role: 'guest' },
            bannedAt: row.guestIsBanned ? at : null,
          },
        ],
      },
    },
  })
  const invited = accountViewer(userId)
  const guest = linkViewer(id, `guest${count}`)
  return { id, invited, guest, both: { ...invited, links: guest.links } }
}

/** What pages and what calls say to somebody: the role, or the code of the refusal. */
async function answers(viewer: Viewer, id: string): Promise<{ page: string; call: string }> {
  const page = await outcome(async () => (await accessTo(db.database, viewer, id)).standing.actor.meetingRole)
  const call = await outcome(async () => {
    const standing = await standingIn(db.database, viewer, id)
    if (!standing) throw new AppError('not_found')
    return callStanding(standing).participant.role
  })
  return { page, call }
}

async function outcome(work: () => Promise<MeetingRole | null>): Promise<MeetingRole | ErrorCode | 'none'> {
  try {
    return (await work()) ?? 'none'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const unitSecretary = accountViewer('secretary', { unitRoles: [{ unitId: 'unit', role: 'secretary' }] })
const absent = { page: 'not_found', call: 'not_found' }
const both = (role: MeetingRole) => ({ page: role, call: role })

describe('who one is in a meeting', () => {
  test('is the same for pages and calls: one’s own row, or the link’s', async () => {
    const { id, invited, guest } = await newMeeting('scheduled', { role: 'secretary' })
    expect(await answers(invited, id)).toEqual(both('secretary'))
    expect(await answers(guest, id)).toEqual(both('guest'))
    expect(await answers(accountViewer('stranger'), id)).toEqual(absent)
    expect(await answers(invited, 'no-such-meeting')).toEqual(absent)
  })

  test('of an account that holds a link: the account where it takes part, the link where it does not', async () => {
    const { id, both: official, guest } = await newMeeting('scheduled')
    expect(await answers(official, id)).toEqual(both('delegate'))
    expect(await answers({ ...accountViewer('stranger'), links: guest.links }, id)).toEqual(both('guest'))
    const elsewhere = await newMeeting('scheduled')
    expect(await answers(guest, elsewhere.id)).toEqual(absent)
    const here = await standingIn(db.database, { ...unitSecretary, links: guest.links }, id)
    expect(here?.by?.kind).toBe('link')
    expect(here?.actor.unitRoles).toEqual(unitSecretary.account?.unitRoles)
  })

  test('is nobody once banned: no link in the same browser goes round the ban', async () => {
    const out = { page: 'not_found', call: 'removed' }
    const banned = await newMeeting('open', { isBanned: true })
    expect(await answers(banned.invited, banned.id)).toEqual(out)
    expect(await answers(banned.both, banned.id)).toEqual(out)
    const guest = await newMeeting('open', { guestIsBanned: true })
    expect(await answers(guest.guest, guest.id)).toEqual(out)
    expect(await answers(guest.both, guest.id)).toEqual(both('delegate'))
  })

  test('of a draft: only who makes it; the others do not learn that it is there', async () => {
    const { id, invited, guest } = await newMeeting('draft')
    expect(await answers(invited, id)).toEqual(absent)
    expect(await answers(guest, id)).toEqual(absent)
    const own = await newMeeting('draft', { role: 'chair' })
    expect(await answers(own.invited, own.id)).toEqual(both('chair'))
  })

  test('of a cancelled meeting stays what it was: the call says that it is cancelled', async () => {
    const { id, invited, guest } = await newMeeting('cancelled')
    expect(await answers(invited, id)).toEqual(both('delegate'))
    expect(await answers(guest, id)).toEqual(both('guest'))
  })

  test('is the same in a list: a meeting that opens is in it, and no other', async () => {
    const holds = (viewer: Viewer, link: Viewer): Viewer => ({ ...viewer, links: link.links })
    for (const status of ['draft', 'scheduled', 'open', 'ended', 'cancelled'] as const) {
      for (const row of [{}, { role: 'chair' }, { isBanned: true }, { guestIsBanned: true }] as const) {
        const { id, invited, guest, both: holder } = await newMeeting(status, row)
        for (const viewer of [invited, guest, holder, holds(accountViewer('stranger'), guest)]) {
          const asker = {
            userId: viewer.account?.userId ?? null,
            participantIds: viewer.links.map(({ participantId }) => participantId),
            secretaryOf: [],
            clerkOf: [],
          }
          const listed = await listMeetings(db.database, asker, { limit: 1000 })
          const { page } = await answers(viewer, id)
          expect(listed.map((meeting) => meeting.id).includes(MeetingId.parse(id))).toBe(page !== 'not_found')
        }
      }
    }
  })

  test('of a unit’s secretary without a seat: sees it, and is not in the call', async () => {
    const { id } = await newMeeting('scheduled')
    expect(await answers(unitSecretary, id)).toEqual({ page: 'none', call: 'forbidden' })
  })
})

import { randomBytes, randomUUID } from 'node:crypto'
import type { UnitRole } from '#contract/meeting.ts'
import type { MeetingPlan } from '#contract/plan.ts'
import { searchText } from '#contract/vietnamese.ts'
import { addAccount, setPasswordHash } from './accounts.ts'
import { addBody } from './bodies.ts'
import { addMandate, changeMandate } from './mandates.ts'
import type { Database, PrismaTx } from './client.ts'
import { cancelMeeting, insertMeeting } from './meetingPlans.ts'
import { setMembership } from './people.ts'
import { type SampleBody, sampleBodies } from './seed/sampleBodies.ts'
import { type SampleMeeting, sampleMeetings, samplePeople, sampleSites } from './seed/samples.ts'
import { addSampleCall } from './seedSampleCall.ts'
import { addSite } from './units.ts'

/** How to sign in as an invented person; for a file that only its owner can read. */
export interface SampleCredentials {
  name: string
  email: string
  password: string
}

interface Person {
  id: string
  name: string
  unitId: string
  role: UnitRole
  password: string
  email: string
}

const hourMs = 3600_000
const dayMs = 24 * hourMs
/** Hanoi is seven hours before UTC all year. */
const offsetMs = 7 * hourMs
const mark = 'Dữ liệu mẫu: người, cuộc họp và nội dung đều do hệ thống đặt ra.'

/**
 * Fills an empty database with invented people, sites and meetings, all marked `isSample`. Only when asked for; needs
 * the units of `seedUnits`. All of it or nothing.
 * @param options.hashPassword the authentication library's
 * @returns random credentials; null when there are accounts already
 * @throws AppError storage_unavailable
 */
export async function seedSample(
  database: Database,
  options: { hashPassword: (password: string) => Promise<string>; nowMs: number },
): Promise<SampleCredentials[] | null> {
  if ((await database.prisma.user.count()) > 0) return null
  const people: Person[] = samplePeople.map((person) => ({
    ...person,
    id: randomUUID(),
    email: `${searchText(person.name).replaceAll(' ', '.')}@mau.example`,
    password: randomBytes(12).toString('base64url'),
  }))
  const hashes = await Promise.all(people.map((person) => options.hashPassword(person.password)))
  await database.transact(
    async (tx) => {
      for (const [index, { id, name, email, unitId, role }] of people.entries()) {
        await addAccount(tx, { id, name, email, isSystemAdmin: index === 0, isSample: true })
        await setPasswordHash(tx, id, hashes[index] ?? '')
        const position = samplePeople[index]?.position ?? ''
        await setMembership(tx, { userId: id, unitId, role, position })
      }
      const siteOf = new Map<string, string>()
      for (const site of sampleSites)
        siteOf.set(site.unitId, (await addSite(tx, { ...site, isSample: true })).id)
      for (const body of sampleBodies) await addSampleBody(tx, body, people)
      for (const meeting of sampleMeetings) await addMeeting(tx, meeting, people, siteOf, options.nowMs)
    },
    { timeoutMs: 120_000 },
  )
  return people.map(({ name, email, password }) => ({ name, email, password }))
}

async function addSampleBody(
  tx: PrismaTx,
  { members, ...body }: SampleBody,
  people: Person[],
): Promise<void> {
  const bodyId = await addBody(tx, { ...body, isSample: true })
  for (const { offices = [], endReason = '', ...member } of members) {
    const userId = people.find(({ name }) => name === member.name)?.id ?? null
    const { from, until } = body
    const mandate = { position: '', mayVote: true, from, until, userId, ...member }
    const id = await addMandate(tx, bodyId, mandate, offices)
    if (endReason !== '') await changeMandate(tx, id, { ...mandate, endReason })
  }
}

async function addMeeting(
  tx: PrismaTx,
  meeting: SampleMeeting,
  people: Person[],
  siteOf: Map<string, string>,
  nowMs: number,
): Promise<void> {
  const plan = planOf(meeting, people, siteOf, nowMs)
  const status = meeting.status === 'draft' ? 'draft' : 'scheduled'
  const id = await insertMeeting(
    tx,
    plan,
    { status, createdById: plan.secretaryUserId, isSample: true },
    nowMs,
  )
  if (meeting.status === 'cancelled') await cancelMeeting(tx, id, 'Chủ trì có việc đột xuất')
  if (meeting.status === 'ended' || meeting.status === 'open')
    await addSampleCall(tx, id, plan, meeting.status)
}

function planOf(
  meeting: SampleMeeting,
  people: Person[],
  siteOf: Map<string, string>,
  nowMs: number,
): MeetingPlan {
  const startsAtMs = startOf(meeting, nowMs)
  const host = people.filter((person) => person.unitId === meeting.unitId)
  const city = people.filter((person) => person.unitId === samplePeople[2]?.unitId)
  const chair = host.find((person) => person.role === 'official') ?? city[0]
  const secretary = host.find((person) => person.role === 'secretary') ?? city[1]
  if (!chair || !secretary) throw new Error(`the sample has nobody to run "${meeting.title}"`)
  const invited = people.filter(
    (person) => meeting.with.includes(person.unitId) && person !== chair && person !== secretary,
  )
  const isOldEra = meeting.with.some((unitId) => unitId.endsWith('-20080801'))
  const unitIds = meeting.with.filter((unitId) => unitId !== meeting.unitId)
  const sites = [...new Set([meeting.unitId, ...meeting.with])].flatMap((unitId) => {
    const siteId = siteOf.get(unitId)
    return siteId === undefined
      ? []
      : [{ siteId, role: unitId === meeting.unitId ? ('central' as const) : ('member' as const) }]
  })
  return {
    unitId: meeting.unitId,
    kind: meeting.kind,
    title: meeting.title,
    description: mark,
    place: 'Trực tuyến',
    startsAtMs,
    endsAtMs: startsAtMs + meeting.hours * hourMs,
    isRecordingPlanned: meeting.kind === 'committee_sitting' || meeting.kind === 'council_session',
    isDeclaredUnclassified: true,
    overrideReason: '',
    chairUserId: chair.id,
    secretaryUserId: secretary.id,
    people: invited.map((person) => ({ userId: person.id, role: 'delegate' as const })),
    guests: isOldEra
      ? [{ name: 'Cao Văn Xuân', position: 'Lãnh đạo (mẫu)', unitName: 'Quận, huyện (đến 30/6/2025)' }]
      : [{ name: 'Tạ Thị Khánh', position: 'Chuyên gia (mẫu)', unitName: 'Viện Nghiên cứu đô thị (mẫu)' }],
    unitIds,
    sites,
    agenda: meeting.agenda.map((title) => ({ title, presenter: '', durationMin: 30 })),
  }
}

function startOf(meeting: SampleMeeting, nowMs: number): number {
  // The one that is going on began with the full hour before now.
  if (meeting.startHour < 0) return Math.floor(nowMs / hourMs) * hourMs + meeting.startHour * hourMs
  const midnight =
    'date' in meeting.at
      ? Date.parse(`${meeting.at.date}T00:00+07:00`)
      : Math.floor((nowMs + offsetMs) / dayMs) * dayMs - offsetMs + meeting.at.day * dayMs
  return midnight + meeting.startHour * hourMs
}

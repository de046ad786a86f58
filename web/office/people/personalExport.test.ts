import { json, text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accountViewer } from '../testing/testViewer.ts'
import { storeBriefing } from '../minutes/testing/minutesTestMeeting.ts'
import { personalWordsIn } from '#web/server/personalWordsIn.ts'
import { createPersonalExport, type PersonalExport } from './personalExport.ts'
import type { PersonalWords } from './personalWords.ts'

let test: TestDatabase
let personal: PersonalExport
let userId: string
let vietnamese: { html: PersonalWords }
beforeAll(async () => {
  test = await startTestDatabase()
  vietnamese = { html: await personalWordsIn('vi') }
  await storeBriefing(test.database, 'held')
  personal = createPersonalExport({ database: test.database })
  userId =
    (await test.database.prisma.participant.findFirstOrThrow({ where: { role: 'chair' } })).userId ?? ''
  const session = { id: 's1', token: 'secret-token', userId, expiresAt: new Date(), ipAddress: '10.0.0.7' }
  await test.database.prisma.session.create({ data: session })
  const { unitId } = await test.database.prisma.meeting.findFirstOrThrow()
  const validFrom = new Date('2026-01-01')
  const body = {
    unitId,
    kind: 'council_committee',
    name: 'Ban Kinh tế',
    nameSearch: 'ban kinh te',
    validFrom,
  }
  const mandates = { create: { userId, name: 'x', nameSearch: 'x', validFrom } }
  await test.database.prisma.body.create({ data: { ...body, mandates } })
})
afterAll(() => test.drop())

it('gives a person all that is held on them, and nothing that signs in', async () => {
  const { body } = await personal.export(accountViewer(userId), userId, 'json')
  const data = (await json(body)) as Record<string, Record<string, unknown>[]>
  expect(Object.keys(data)).toEqual([
    ...['account', 'units', 'roles', 'mandates', 'positions', 'sessions', 'meetings', 'call', 'audit'],
  ])
  expect(data['mandates']).toMatchObject([{ body: { name: 'Ban Kinh tế' }, mayVote: true }])
  expect(data['account']).toMatchObject([{ id: userId }])
  expect(data['sessions']).toMatchObject([{ ipAddress: '10.0.0.7' }])
  expect(data['meetings']).toMatchObject([{ role: 'chair' }])
  expect(data['call']?.map(({ what }) => what)).toContain('participantJoined')
  expect(data['audit']).toMatchObject([{ action: 'person.exported', subject: userId }])
  expect(JSON.stringify(data)).not.toContain('secret-token')
})

it('tells since when somebody is what, as far as it was written down', async () => {
  const { database } = test
  const unit = await database.prisma.unit.findFirstOrThrow()
  const record = (action: string, detail: object, atMs: number) =>
    database.audit.record(
      { actorId: 'admin', action, subject: userId, detail: { unitId: unit.id, ...detail } },
      atMs,
    )
  await record('person.created', { role: 'official', position: 'Chuyên viên' }, 1000)
  const changes = [
    { field: 'role', from: 'official', to: 'secretary' },
    { field: 'position', from: 'Chuyên viên', to: 'Chánh Văn phòng' },
  ]
  await record('role.changed', { changes }, 2000)
  await record('role.given', { role: 'clerk' }, 3000)
  const { body } = await personal.export(accountViewer(userId), userId, 'json')
  const { positions } = (await json(body)) as Record<string, Record<string, unknown>[]>
  expect(positions).toMatchObject([
    { what: 'person.created', role: 'official', position: 'Chuyên viên', unit: expect.stringMatching(/.+/) },
    { what: 'role.changed', roleBefore: 'official', role: 'secretary', position: 'Chánh Văn phòng' },
    { what: 'role.given', role: 'clerk', at: new Date(3000).toISOString() },
  ])
})

it('is a page to read and print too, on which nothing of what was written runs', async () => {
  const evil = '<script>alert(1)</script>&"\''
  await test.database.prisma.user.update({
    where: { id: userId },
    data: { phone: '0912 345 678', name: evil },
  })
  const { body, fileName } = await personal.export(accountViewer(userId), userId, vietnamese)
  const page = await text(body)
  expect(fileName).toMatch(/\.html$/)
  expect(page).not.toContain('<script')
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;')
  for (const said of ['0912 345 678', 'Chánh Văn phòng', 'Vào họp', 'Chủ trì', 'Ban Kinh tế', '10.0.0.7'])
    expect(page).toContain(said)
  for (const tag of ['table', 'thead', 'tbody', 'div', 'h2'])
    expect(page.split(`</${tag}>`).length).toBe(page.split(new RegExp(`<${tag}[ >]`)).length)
})

it('is told in the reader’s language, and no code of ours is left in it', async () => {
  const { database } = test
  const { id: meetingId } = await database.prisma.meeting.findFirstOrThrow()
  const { id: participantId } = await database.prisma.participant.findFirstOrThrow({ where: { userId } })
  const last = await database.prisma.callEvent.findFirstOrThrow({ orderBy: { seq: 'desc' } })
  const message = { id: 'm1', participantId, name: 'x', unitName: '', text: 'Xin chào', atMs: 0 }
  const posted = { type: 'chatPosted', atMs: 0, message }
  const place = { meetingId, seq: last.seq + 1, epoch: last.epoch, at: new Date() }
  await database.prisma.callEvent.create({ data: { ...place, type: 'chatPosted', payload: posted } })
  const mandate = await database.prisma.mandate.findFirstOrThrow({ where: { userId } })
  const office = {
    mandateId: mandate.id,
    bodyId: mandate.bodyId,
    office: 'deputy_head',
    validFrom: new Date('2026-01-01'),
  }
  await database.prisma.mandateOffice.create({ data: office })
  const changes = [{ field: 'sites', removed: ['central Hội trường'], added: [] }]
  const fact = { actorId: userId, action: 'meeting.updated', subject: meetingId, detail: { changes } }
  await database.audit.record(fact)
  const pageIn = async (locale: 'vi' | 'en') => {
    const html = await personalWordsIn(locale)
    return text((await personal.export(accountViewer(userId), userId, { html })).body)
  }
  const [vi, en] = [await pageIn('vi'), await pageIn('en')]
  for (const said of ['Gửi tin nhắn', 'Phó Trưởng ban, tổ phó', 'Hội trường (Trung tâm)'])
    expect(vi).toContain(said)
  for (const said of ['lang="en"', 'Personal data', 'Sent a message', 'Deputy head', 'Hội trường (Central)'])
    expect(en).toContain(said)
  for (const page of [vi, en]) {
    const cells = [...page.matchAll(/<t[hd][^>]*>([^<]*)</g)].map(([, cell]) => cell ?? '')
    const isCode = (cell: string) => /^[a-z]+(?:[A-Z][a-z]+|_[a-z]+|\.[a-z][A-Za-z]+)+$|\{&quot;/.test(cell)
    expect(cells.filter(isCode)).toEqual([])
  }
})

it('is for oneself and for who may change the person', async () => {
  const admin = accountViewer('admin', { isSystemAdmin: true })
  await (await personal.export(admin, userId, 'json')).body.cancel()
  await expect(personal.export(accountViewer('other'), userId, 'json')).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(personal.export(admin, 'nobody-at-all', 'json')).rejects.toMatchObject({ code: 'not_found' })
})

it('is made for three at once at most and one for each, and whoever breaks off makes room', async () => {
  const viewer = accountViewer(userId)
  const others = ['a1', 'a2', 'a3'].map((id) => accountViewer(id, { isSystemAdmin: true }))
  const open = [await personal.export(viewer, userId, vietnamese)]
  await expect(personal.export(viewer, userId, vietnamese)).rejects.toMatchObject({ code: 'busy' })
  for (const other of others.slice(0, 2)) open.push(await personal.export(other, userId, 'json'))
  await expect(personal.export(others[2] ?? viewer, userId, 'json')).rejects.toMatchObject({ code: 'busy' })
  for (const { body } of open) await body.cancel()
  await (await personal.export(viewer, userId, vietnamese)).body.cancel()
})

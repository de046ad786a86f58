import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecordingId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { silentLog } from '#contract/log.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { DiskStorage } from '#recorder/storage.ts'
import { createRecordings } from './recordings.ts'
import type { Recordings } from '#office/recordings/recordings.ts'
import { accountViewer } from '#office/testing/testViewer.ts'

let db: TestDatabase
let recordings: Recordings
let folder = ''
let meetingId = ''
const bus = new MemoryBus()
const ready = RecordingId.parse('ready-1')
const failed = RecordingId.parse('failed-1')

beforeAll(async () => {
  db = await startTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'recordings-'))
  const { prisma } = db.database
  const unit = await prisma.unit.create({
    data: {
      code: '1',
      name: 'Sở Nội vụ',
      nameSearch: 'so noi vu',
      level: 'city',
      kind: 'sở',
      validFrom: new Date(0),
    },
  })
  const meeting = await prisma.meeting.create({
    data: {
      unitId: unit.id,
      kind: 'briefing',
      title: 'Họp giao ban',
      titleSearch: 'hop giao ban',
      startsAt: new Date(),
      endsAt: new Date(),
      status: 'ended',
    },
  })
  meetingId = meeting.id
  for (const role of ['chair', 'delegate', 'stranger'] satisfies (MeetingRole | 'stranger')[]) {
    await prisma.user.create({ data: { id: role, name: role, email: `${role}@example.vn` } })
    if (role === 'stranger') continue
    await prisma.participant.create({ data: { meetingId, userId: role, name: role, role } })
  }
  const storage = new DiskStorage(folder)
  const file = join(folder, 'file')
  await writeFile(file, '0123456789')
  await storage.put(`${meetingId}/${ready}/recording.mp4`, file)
  const common = { meetingId, approvedByName: 'Chủ trì', startedAt: new Date('2026-11-23T02:00:00Z') }
  await prisma.recording.create({
    data: {
      ...common,
      id: ready,
      state: 'ready',
      fileKey: `${meetingId}/${ready}/recording.mp4`,
      sizeBytes: 10n,
      faults: [{ participantId: 'p1', name: 'An', source: 'camera', reason: 'undecodable' }],
    },
  })
  await prisma.recording.create({
    data: { ...common, id: failed, state: 'failed', failureCode: 'disk_full', nodeId: 'gone' },
  })
  recordings = createRecordings({ database: db.database, storage, bus, log: silentLog })
})

afterAll(async () => {
  await bus.close()
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('recordings', () => {
  it('are listed for who runs the meeting, refused to a delegate, unknown to a stranger', async () => {
    const list = await recordings.list(accountViewer('chair'), meetingId)
    expect(list.map((r) => [r.id, r.state, r.failureCode, r.sizeBytes])).toEqual([
      [ready, 'ready', '', 10],
      [failed, 'failed', 'disk_full', 0],
    ])
    expect(list.map((r) => r.faults.map((fault) => fault.source))).toEqual([['camera'], []])
    await expect(recordings.list(accountViewer('delegate'), meetingId)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(recordings.list(accountViewer('stranger'), meetingId)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('are played by byte ranges', async () => {
    const part = await recordings.open(accountViewer('chair'), ready, { start: 2, end: 4 })
    expect(await new Response(part.body).text()).toBe('234')
    expect(part).toMatchObject({
      sizeBytes: 10,
      start: 2,
      end: 4,
      fileName: 'ban-ghi-20261123-Hop-giao-ban.mp4',
    })
  })

  it('look absent to whoever may not see them', async () => {
    for (const who of ['delegate', 'stranger']) {
      await expect(recordings.open(accountViewer(who), ready)).rejects.toMatchObject({ code: 'not_found' })
      await expect(recordings.retry(accountViewer(who), failed)).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(recordings.open(accountViewer('chair'), '../x')).rejects.toMatchObject({ code: 'not_found' })
    await expect(recordings.open(accountViewer('chair'), failed)).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })

  it('are composed again by whichever recorder holds them', async () => {
    await expect(recordings.retry(accountViewer('chair'), failed)).rejects.toMatchObject({
      code: 'recording_unavailable',
    })
    const { prisma } = db.database
    await prisma.node.create({
      data: { id: 'other', roles: 'recorder', seenAt: new Date(Date.now() + 60_000) },
    })
    const asked: unknown[] = []
    await bus.serve('recorder:other', async (method, payload) => {
      asked.push([method, payload])
      return {}
    })
    await recordings.retry(accountViewer('chair'), failed)
    expect(asked).toEqual([['compose', { recordingId: failed, meetingId }]])
    await expect(recordings.retry(accountViewer('chair'), ready)).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })

  it('are kept by the secretary alone, with a reason, and deleted by hand once the minutes are published', async () => {
    const { prisma } = db.database
    await prisma.user.create({ data: { id: 'secretary', name: 'Thư ký', email: 's@example.vn' } })
    const place = { meetingId, userId: 'secretary', name: 'Thư ký', role: 'secretary' }
    await prisma.participant.create({ data: place })
    const secretary = accountViewer('secretary')
    const administrator = accountViewer('admin', { isSystemAdmin: true })
    const itemOf = async () => (await recordings.list(secretary, meetingId)).find(({ id }) => id === ready)
    const confirmed = { isConfirmed: true }

    await expect(recordings.keep(accountViewer('chair'), ready, { reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(recordings.keep(secretary, ready, { reason: ' ' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(recordings.delete(secretary, ready, confirmed)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(recordings.delete(administrator, ready, confirmed)).rejects.toMatchObject({
      code: 'not_found',
    })

    await prisma.minutes.create({
      data: { meetingId, state: 'published', content: {}, publishedAt: new Date() },
    })
    await recordings.keep(secretary, ready, { reason: 'Đang thanh tra' })
    expect(await itemOf()).toMatchObject({ keepReason: 'Đang thanh tra', mayKeep: true, mayDelete: false })
    await expect(recordings.delete(administrator, ready, confirmed)).rejects.toMatchObject({
      code: 'invalid_state',
    })
    await recordings.release(secretary, ready)
    expect(await itemOf()).toMatchObject({ keepReason: '', mayDelete: true, deleteAtMs: null })

    await expect(recordings.delete(accountViewer('chair'), ready, confirmed)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(recordings.delete(administrator, ready, { isConfirmed: false })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await recordings.delete(administrator, ready, confirmed)
    expect(await itemOf()).toMatchObject({ state: 'deleting', mayKeep: false, mayDelete: false })
    await expect(recordings.open(secretary, ready)).rejects.toMatchObject({ code: 'invalid_state' })
    await expect(recordings.keep(secretary, ready, { reason: 'x' })).rejects.toMatchObject({
      code: 'invalid_state',
    })
    const entry = await prisma.auditEntry.findFirstOrThrow({ where: { action: 'recording.condemned' } })
    expect(entry).toMatchObject({ actorId: 'admin', subject: meetingId, detail: { recordingId: ready } })
  })

  it('that the rule deletes soon are told to who may keep them, with the day, until they are kept', async () => {
    const { prisma } = db.database
    const nowMs = Date.now()
    const decision = { key: 'recordingRetentionDays', value: 1, source: '', validFrom: new Date(0) }
    await prisma.settingChange.create({ data: { ...decision, changedAt: new Date(0) } })
    await prisma.recording.update({ where: { id: failed }, data: { keepChangedAt: new Date(0) } })
    const { unitId } = await prisma.meeting.findUniqueOrThrow({ where: { id: meetingId } })
    const ofUnit = accountViewer('ofUnit', { unitRoles: [{ unitId, role: 'secretary' }] })
    const elsewhere = accountViewer('elsewhere', { unitRoles: [{ unitId: 'another', role: 'secretary' }] })
    for (const viewer of [accountViewer('secretary'), ofUnit]) {
      const { count, items, untilMs } = await recordings.dueSoon(viewer)
      expect(count).toBe(1)
      expect(items).toMatchObject([{ recordingId: failed, meetingId, title: 'Họp giao ban' }])
      expect(items[0]?.deleteAtMs).toBeLessThan(untilMs)
      expect(untilMs - nowMs).toBeGreaterThan(29 * 24 * 3600_000)
    }
    for (const viewer of [accountViewer('chair'), accountViewer('delegate'), elsewhere])
      expect(await recordings.dueSoon(viewer)).toMatchObject({ count: 0, items: [] })
    await recordings.keep(ofUnit, failed, { reason: 'Còn cần' })
    expect(await recordings.dueSoon(ofUnit)).toMatchObject({ count: 0, items: [] })
  })
})

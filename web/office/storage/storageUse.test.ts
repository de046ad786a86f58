import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { Settings } from '#db/settings.ts'
import { demandRecordingRoom } from '#db/storageUse.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { createSettings } from '#office/settings/settings.ts'
import { accountViewer } from '#office/testing/testViewer.ts'
import { DiskStorage } from '#recorder/storage.ts'
import { createStorageUse } from './storageUse.ts'

const administrator = accountViewer('admin', { isSystemAdmin: true })
const ofUnit = accountViewer('unitAdmin', { unitRoles: [{ unitId: 'small', role: 'unit_admin' }] })
const secretary = accountViewer('secretary', { unitRoles: [{ unitId: 'small', role: 'secretary' }] })

let db: TestDatabase
let folder: string
let service: ReturnType<typeof createStorageUse>
beforeAll(async () => {
  db = await startTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'storage-'))
  const { prisma } = db.database
  await prisma.user.create({ data: { id: 'admin', name: 'A', email: 'a@mau.example' } })
  for (const [id, name, nameSearch, sizes] of [
    ['small', 'Sở Mẫu', 'so mau', [1e9]],
    ['big', 'Phường Đầu', 'phuong dau', [5e9, 4e9]],
  ] as const) {
    await prisma.unit.create({
      data: { id, code: id, name, nameSearch, level: 'city', kind: '', validFrom: new Date(0) },
    })
    await prisma.meeting.create({
      data: {
        ...{ id, unitId: id, kind: 'briefing', title: `Họp ${name}`, titleSearch: `hop ${nameSearch}` },
        ...{ startsAt: new Date(), endsAt: new Date(), status: 'ended' },
      },
    })
    for (const [index, size] of sizes.entries()) {
      const recording = { id: `${id}-${index}`, meetingId: id, state: 'ready', approvedByName: 'x' }
      await prisma.recording.create({
        data: { ...recording, startedAt: new Date(), sizeBytes: BigInt(size), durationMs: 60_000 },
      })
    }
  }
  service = createStorageUse({ database: db.database, storage: new DiskStorage(folder) })
})
afterAll(async () => {
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

it('sums by unit and by meeting, the biggest first, for administrators', async () => {
  const report = await service.report(administrator, {})
  expect(report.units.map((one) => [one.unitId, one.recordings, one.sizeBytes])).toEqual([
    ['big', 2, 9e9],
    ['small', 1, 1e9],
  ])
  expect(report.meetings[0]).toMatchObject({ meetingId: 'big', durationMs: 120_000, mayOpen: false })
  expect(report).toMatchObject({ hasMore: false, platform: { usedBytes: 10e9, state: 'none' } })
  const { freeBytes = 0, totalBytes = 0, databaseBytes = 0 } = report.platform ?? {}
  expect(totalBytes).toBeGreaterThanOrEqual(freeBytes)
  expect(databaseBytes).toBeGreaterThan(1e6)
})

it('shows who administers a unit that unit alone, and is not there for others', async () => {
  const report = await service.report(ofUnit, {})
  expect(report).toMatchObject({ platform: null, units: [{ unitId: 'small' }] })
  expect(report.meetings.map((one) => one.meetingId)).toEqual(['small'])
  await expect(service.report(secretary, {})).rejects.toMatchObject({ code: 'not_found' })
  expect(await service.warning(ofUnit)).toBeNull()
})

it('finds without diacritics, by meeting and by unit', async () => {
  const found = await service.report(administrator, { query: 'đau họp' })
  expect(found.meetings.map((one) => one.meetingId)).toEqual(['big'])
  expect((await service.report(administrator, { query: 'khong' })).meetings).toEqual([])
})

it('warns from 90 % of the quota on; at it no new recording begins', async () => {
  const bus = new MemoryBus()
  const live = await Settings.open({ database: db.database, bus, log: silentLog })
  const nowMs = Date.parse('2026-03-10T09:00:00+07:00')
  const settings = createSettings({ database: db.database, settings: live, now: () => nowMs })
  const settle = async (value: number) =>
    settings.change(administrator, {
      ...{ key: 'recordingQuotaGb', value, validFrom: '2026-03-10', source: '', reason: '' },
      seenId: (await settings.get(administrator, 'recordingQuotaGb')).lastId,
    })
  await demandRecordingRoom(db.database, 'small', Date.now())
  await settle(11)
  expect(await service.warning(administrator)).toEqual({ quotaGb: 11, usedBytes: 10e9, state: 'near' })
  await demandRecordingRoom(db.database, 'small', Date.now())
  await settle(10)
  expect(await service.warning(administrator)).toMatchObject({ state: 'full' })
  await expect(demandRecordingRoom(db.database, 'small', Date.now())).rejects.toMatchObject({
    code: 'recording_quota_reached',
  })
  const audited = await db.database.prisma.auditEntry.count({ where: { action: 'setting.changed' } })
  expect(audited).toBe(2)
  await live.close()
  await bus.close()
})

it('holds a unit to a quota of its own, beside the total', async () => {
  await expect(service.setUnitQuota(ofUnit, { unitId: 'small', quotaGb: 1 })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const { prisma } = db.database
  const changes = { key: 'recordingQuotaGb', value: 0, source: '', validFrom: new Date('2026-03-11') }
  await prisma.settingChange.create({ data: changes })
  await service.setUnitQuota(administrator, { unitId: 'small', quotaGb: 1 })
  const [unit] = (await service.report(ofUnit, {})).units
  expect(unit).toMatchObject({ unitId: 'small', quotaGb: 1, state: 'full' })
  await expect(demandRecordingRoom(db.database, 'small', Date.now())).rejects.toMatchObject({
    code: 'unit_quota_reached',
  })
  await demandRecordingRoom(db.database, 'big', Date.now())
  expect(await prisma.auditEntry.count({ where: { action: 'unit.quotaChanged', subject: 'small' } })).toBe(1)
  const told = { unitId: 'small', quotaGb: 1, sizeBytes: 1e9, state: 'full' }
  expect(await service.unitWarnings(ofUnit)).toMatchObject([told])
  expect(await service.unitWarnings(administrator)).toMatchObject([told])
  expect(await service.unitWarnings(secretary)).toEqual([])
  await service.setUnitQuota(administrator, { unitId: 'small', quotaGb: 2 })
  expect(await service.unitWarnings(ofUnit)).toEqual([])
})

it('lists what failed recordings hold, and lets it be deleted once the minutes are published', async () => {
  const { prisma } = db.database
  const failed = { id: 'failed', meetingId: 'small', state: 'failed', approvedByName: 'x' }
  await prisma.recording.create({ data: { ...failed, startedAt: new Date(), journalBytes: 5n } })
  const item = async () => (await service.report(ofUnit, {})).unfinished[0]
  expect(await item()).toMatchObject({
    recordingId: 'failed',
    isFailed: true,
    sizeBytes: 5,
    mayDelete: false,
  })
  await prisma.minutes.create({
    data: { meetingId: 'small', state: 'published', content: {}, publishedAt: new Date() },
  })
  expect(await item()).toMatchObject({ mayDelete: true })
})

it('shows what the rule deletes within 30 days', async () => {
  expect(await service.report(ofUnit, {})).toMatchObject({ rule: null, due: [] })
  const decision = {
    key: 'recordingRetentionDays',
    value: 1,
    source: 'Quyết định mẫu',
    validFrom: new Date(0),
  }
  await db.database.prisma.settingChange.create({ data: { ...decision, changedAt: new Date(0) } })
  const report = await service.report(ofUnit, {})
  expect(report.rule).toEqual({ days: 1, source: 'Quyết định mẫu' })
  expect(report.due.map((one) => one.recordingId).toSorted()).toEqual(['failed', 'small-0'])
})

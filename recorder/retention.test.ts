import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MeetingId, RecordingId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { condemnRecording, dueRecordings, retentionRule, setRecordingKept } from '#db/recordingRetention.ts'
import { findRecording } from '#db/recordings.ts'
import { bytesInUse } from '#db/storageUse.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { tidy } from './retention.ts'
import { DiskStorage } from './storage.ts'

const day = 24 * 3600_000
const publishedMs = Date.parse('2026-01-10T09:00:00+07:00')
const at = (days: number) => publishedMs + days * day
const meetingId = MeetingId.parse('m1')
const [ready, failed, live] = ['ready', 'failed', 'live'].map((id) => RecordingId.parse(id))
const act = { actorId: 'secretary', atMs: at(1) }

let db: TestDatabase
let folder: string
let storage: DiskStorage
beforeEach(async () => {
  db = await startTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'retention-'))
  storage = new DiskStorage(folder)
  const { prisma } = db.database
  await prisma.unit.create({
    data: {
      id: 'u1',
      code: '1',
      name: 'Sở Mẫu',
      nameSearch: 'so mau',
      level: 'city',
      kind: '',
      validFrom: new Date(0),
    },
  })
  await prisma.meeting.create({
    data: {
      ...{ id: meetingId, unitId: 'u1', kind: 'briefing', title: 'Họp', titleSearch: 'hop', status: 'ended' },
      ...{ startsAt: new Date(at(-1)), endsAt: new Date(at(-1)) },
      minutes: { create: { state: 'published', content: {}, publishedAt: new Date(publishedMs) } },
    },
  })
  for (const [id, state] of Object.entries({ ready: 'ready', failed: 'failed', live: 'recording' })) {
    const work = await storage.workFolder(meetingId, RecordingId.parse(id))
    await writeFile(join(work, 'segment-0001.journal'), '1234567')
    if (id === 'ready') await writeFile(join(work, 'recording.mp4'), '0123456789')
    await prisma.recording.create({
      data: {
        ...{ id, meetingId, state, approvedByName: 'Chủ trì', startedAt: new Date(at(-1)) },
        ...(id === 'ready' && { sizeBytes: 10n, fileKey: `${meetingId}/${id}/recording.mp4` }),
      },
    })
  }
})
afterEach(async () => {
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

const settle = (days: number, atMs = at(-60)) =>
  db.database.prisma.settingChange.create({
    data: {
      ...{ key: 'recordingRetentionDays', value: days, source: 'Quyết định mẫu' },
      ...{ validFrom: new Date(atMs), changedAt: new Date(atMs) },
    },
  })
const runAt = (atMs: number) => tidy({ database: db.database, storage, log: silentLog, now: () => atMs })
const stateOf = async (id: RecordingId | undefined) => (await findRecording(db.database, id ?? ''))?.state
const filesOf = (id: string) => readdir(join(folder, meetingId, id)).catch(() => null)

describe('the rule of keeping', () => {
  it('deletes nothing where none is settled', async () => {
    expect(await retentionRule(db.database, at(9000))).toBeNull()
    await runAt(at(9000))
    expect([await stateOf(ready), await stateOf(failed), await stateOf(live)]).toEqual([
      ...['ready', 'failed', 'recording'],
    ])
  })

  it('deletes so long after the minutes were published, files and all, and says so in the log', async () => {
    await settle(40)
    await runAt(at(40) - 1)
    expect(await stateOf(ready)).toBe('ready')
    await runAt(at(40))
    expect(await findRecording(db.database, 'ready')).toMatchObject({
      ...{ state: 'deleted', deletedAtMs: at(40), deletedByDays: 40, deletedById: 'system' },
      ...{ fileKey: '', sizeBytes: 0 },
    })
    expect([await filesOf('ready'), await filesOf('failed')]).toEqual([null, null])
    expect([await stateOf(failed), await stateOf(live)]).toEqual(['deleted', 'recording'])
    expect(await filesOf('live')).toEqual(['segment-0001.journal'])
    await runAt(at(41))
    const actions = await db.database.prisma.auditEntry.findMany({
      where: { detail: { path: ['recordingId'], equals: 'ready' } },
      orderBy: { id: 'asc' },
    })
    expect(actions.map((entry) => [entry.actorId, entry.action])).toEqual([
      ['system', 'recording.condemned'],
      ['system', 'recording.deleted'],
    ])
  })

  it('spares a recording while its minutes are not published, or its meeting goes on', async () => {
    await settle(1)
    const { prisma } = db.database
    await prisma.minutes.update({ where: { meetingId }, data: { state: 'approved', publishedAt: null } })
    await runAt(at(900))
    await expect(
      condemnRecording(db.database, RecordingId.parse('ready'), 'admin', at(900)),
    ).rejects.toMatchObject({
      code: 'invalid_state',
    })
    await prisma.minutes.update({
      where: { meetingId },
      data: { state: 'published', publishedAt: new Date(publishedMs) },
    })
    await prisma.meeting.update({ where: { id: meetingId }, data: { status: 'open' } })
    await runAt(at(900))
    expect([await stateOf(ready), await stateOf(failed)]).toEqual(['ready', 'failed'])
  })

  it('spares what is to be kept, and what no longer is for 30 days more', async () => {
    await settle(40)
    const id = RecordingId.parse('ready')
    await setRecordingKept(db.database, id, 'Đang thanh tra', act)
    await runAt(at(400))
    await expect(condemnRecording(db.database, id, 'admin', at(400))).rejects.toMatchObject({
      code: 'invalid_state',
    })
    await setRecordingKept(db.database, id, '', { ...act, atMs: at(400) })
    await runAt(at(430) - 1)
    expect(await stateOf(id)).toBe('ready')
    await runAt(at(430))
    expect(await stateOf(id)).toBe('deleted')
  })

  it('warns for 30 days also where it is settled late', async () => {
    await settle(1, at(500))
    const rule = await retentionRule(db.database, at(501))
    if (!rule) throw new Error('no rule')
    expect(rule).toMatchObject({ days: 1, source: 'Quyết định mẫu' })
    const due = await dueRecordings(db.database, rule, { untilMs: at(9000), limit: 10 })
    expect(due.map((one) => [one.recordingId, one.deleteAtMs])).toEqual([
      ['failed', at(530)],
      ['ready', at(530)],
    ])
    await runAt(at(529))
    expect(await stateOf(ready)).toBe('ready')
  })

  it('ends what a killed process began', async () => {
    await settle(40)
    const code = `
      import { rm } from 'node:fs/promises'
      import { join } from 'node:path'
      import { silentLog } from '#contract/log.ts'
      import { openDatabase } from '#db/client.ts'
      import { testAuditKeys } from '#db/testing/testDatabase.ts'
      import { tidy } from '#recorder/retention.ts'
      import { DiskStorage } from '#recorder/storage.ts'
      class Halting extends DiskStorage {
        async deleteAll(meetingId, id) {
          await rm(join(this.workRoot, meetingId, id, 'segment-0001.journal'))
          console.log(id)
          await new Promise(() => setInterval(() => {}, 1000))
        }
      }
      const database = await openDatabase(process.env.TEST_URL, { auditKeys: testAuditKeys })
      await tidy({ database, storage: new Halting(process.env.TEST_FOLDER), log: silentLog, now: () => ${at(40)} })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, TEST_URL: db.url, TEST_FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const halted = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve)
      child.once('exit', () => reject(new Error('it ended by itself')))
    })
    child.kill('SIGKILL')
    await exited
    expect([halted, await stateOf(failed), await stateOf(ready)]).toEqual(['failed', 'deleting', 'deleting'])
    expect(await filesOf('failed')).toEqual([])
    expect(await filesOf('ready')).toHaveLength(2)
    await runAt(at(41))
    expect([await stateOf(failed), await stateOf(ready)]).toEqual(['deleted', 'deleted'])
    expect([await filesOf('failed'), await filesOf('ready')]).toEqual([null, null])
  })
})

it('counts what unfinished recordings hold', async () => {
  await runAt(at(1))
  expect(await findRecording(db.database, 'live')).toMatchObject({ journalBytes: 7 })
  expect(await findRecording(db.database, 'failed')).toMatchObject({ journalBytes: 7 })
  expect((await bytesInUse(db.database)).recordingBytes).toBe(10 + 7 + 7)
})

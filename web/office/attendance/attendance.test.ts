import { afterAll, beforeAll, expect, it } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { createAttendance } from './attendance.ts'
import { after, briefing } from '#office/minutes/testing/minutesTestCall.ts'
import { account, linkHolder, storeBriefing } from '#office/minutes/testing/minutesTestMeeting.ts'
import type { Attendance } from '#office/attendance/attendance.ts'

let test: TestDatabase
let attendance: Attendance
let nowMs = after(45)
beforeAll(async () => {
  test = await startTestDatabase()
  attendance = createAttendance({
    database: test.database,
    settings: standardSettings,
    log: silentLog,
    now: () => nowMs,
  })
  await storeBriefing(test.database, 'held')
  const soFar = briefing().events.filter((event) => event.atMs <= after(45))
  await storeBriefing(test.database, 'running', { status: 'open', events: soFar })
})
afterAll(() => test.drop())

it('lists a meeting that was held, from the stored events', async () => {
  const { rows, presentCount, expectedCount } = await attendance.list(account('secretary'), 'held')
  expect(rows.map((row) => [row.name, row.state])).toEqual([
    ['Nguyễn Hữu Thắng', 'present'],
    ['Trần Ngọc Ặng', 'present'],
    ['Hội trường', 'present'],
    ['Hội trường', 'present'],
    ['Lê Văn Quyết', 'present'],
    ['Vũ Hồng Nhật', 'absent'],
    ['Đỗ Quang Vỹ', 'excused'],
    ['Phạm Thị Hường', 'late'],
    ['Cao Văn Lạ', 'present'],
    ['Hà Thị Mai', 'present'],
    ['Bùi Kỹ Thuật', 'present'],
  ])
  const halls = new Map(rows.map(({ name, siteName }) => [name, siteName]))
  expect(halls.get('Lê Văn Quyết')).toBe('Hội trường (Phường Hoàn Kiếm)')
  expect(halls.get('Phạm Thị Hường')).toBe('Hội trường (Phường Ba Đình)')
  expect({ presentCount, expectedCount }).toEqual({ presentCount: 8, expectedCount: 10 })
})

it('is live while the call goes on', async () => {
  const first = await attendance.list(account('secretary'), 'running')
  nowMs += 60_000
  const second = await attendance.list(account('secretary'), 'running')
  const chairOf = (list: typeof first) => list.rows.find((row) => row.role === 'chair')
  expect(chairOf(first)).toMatchObject({ isThereNow: true, totalMs: 47 * 60_000, lastLeftAtMs: null })
  expect(chairOf(second)?.totalMs).toBe(48 * 60_000)
  expect(second.asOfMs).toBe(nowMs)
})

it('exports CSV under a safe name', async () => {
  const { fileName, body } = await attendance.csv(account('chair'), 'held')
  expect(fileName).toBe('diem-danh-20261123-Hop-giao-ban-thang-11-nam-2026.csv')
  expect(body.split('\r\n')).toHaveLength(16)
  expect(body).toContain('Phạm Thị Hường')
})

it('exports a workbook under the same name', async () => {
  const { fileName, body } = await attendance.xlsx(account('chair'), 'held')
  expect(fileName).toBe('diem-danh-20261123-Hop-giao-ban-thang-11-nam-2026.xlsx')
  expect(body.subarray(0, 2).toString()).toBe('PK')
})

it('is for chair, secretary and the unit’s clerks; a delegate may not, a stranger knows of no meeting', async () => {
  await expect(attendance.list(account('clerk', 'secretary'), 'held')).resolves.toBeDefined()
  for (const viewer of [account('late'), linkHolder('held', 'guest')]) {
    await expect(attendance.list(viewer, 'held')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attendance.csv(viewer, 'held')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attendance.xlsx(viewer, 'held')).rejects.toMatchObject({ code: 'forbidden' })
  }
  for (const viewer of [account('nobody'), linkHolder('running', 'guest')]) {
    await expect(attendance.csv(viewer, 'held')).rejects.toMatchObject({ code: 'not_found' })
  }
  await expect(attendance.list(account('chair'), 'none')).rejects.toMatchObject({ code: 'not_found' })
})

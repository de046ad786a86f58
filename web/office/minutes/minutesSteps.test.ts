import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { readMinutesVersion } from '#db/minutes.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { createMinutes, type Minutes } from './minutes.ts'
import { account, storeBriefing } from './testing/minutesTestMeeting.ts'

let db: TestDatabase
let minutes: Minutes
beforeAll(async () => {
  db = await startTestDatabase()
  const nowMs = Date.UTC(2026, 10, 24)
  minutes = createMinutes({
    database: db.database,
    settings: standardSettings,
    log: silentLog,
    now: () => nowMs,
  })
})
afterAll(() => db.drop())

const chair = account('chair')
const secretary = account('secretary')
const delegate = account('late')

let count = 0
/** Minutes that were submitted, or approved. */
async function minutesThat(are: 'submitted' | 'approved', docNumber = ''): Promise<string> {
  const id = `steps${++count}`
  await storeBriefing(db.database, id)
  const { content, version } = await minutes.createDraft(secretary, id)
  await minutes.save(secretary, id, { version, content: { ...content, docNumber } })
  await minutes.submit(secretary, id, 2)
  if (are === 'approved') await minutes.approve(chair, id, 2)
  return id
}

const stepsOf = async (id: string) =>
  (await minutes.versions(secretary, id)).map(({ version, step }) => [version, step])

describe('taking minutes back', () => {
  test('whoever writes them takes them back while the chair has not decided, and writes on', async () => {
    const id = await minutesThat('submitted')
    expect((await minutes.get(secretary, id))?.may).toContain('minutes:recall')
    expect((await minutes.get(chair, id))?.may).not.toContain('minutes:recall')
    for (const viewer of [chair, delegate])
      await expect(minutes.recall(viewer, id, 2)).rejects.toMatchObject({ code: 'forbidden' })
    await minutes.recall(secretary, id, 2)
    const back = await minutes.get(secretary, id)
    expect(back).toMatchObject({ state: 'draft', version: 2, returnNote: '', submittedAtMs: null })
    expect(back?.may).toContain('minutes:edit')
    expect((await stepsOf(id))[0]).toEqual([2, 'recalled'])
    const content = back?.content ?? null
    expect(await minutes.save(secretary, id, { version: 2, content })).toEqual({ version: 3 })
    // What the chair saw stays as it was.
    expect(await readMinutesVersion(db.database, id, 2)).toEqual(content)
  })

  test('what was decided is not taken back', async () => {
    const id = await minutesThat('approved')
    expect((await minutes.get(secretary, id))?.may).not.toContain('minutes:recall')
    await expect(minutes.recall(secretary, id, 2)).rejects.toMatchObject({ code: 'invalid_state' })
  })
})

describe('the number of minutes', () => {
  test('is given after approval, and changes nothing but itself', async () => {
    const id = await minutesThat('approved')
    const before = await minutes.get(secretary, id)
    await expect(minutes.number(chair, id, { version: 2, docNumber: '17' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await minutes.number(secretary, id, { version: 2, docNumber: ' 17 ' })).toEqual({ version: 3 })
    const after = await minutes.get(secretary, id)
    expect(after).toMatchObject({ state: 'approved', approvedByName: before?.approvedByName })
    expect(after?.content).toEqual({ ...before?.content, docNumber: '17' })
    expect(await readMinutesVersion(db.database, id, 2)).toEqual(before?.content)
    expect(await stepsOf(id)).toEqual([
      [3, 'numbered'],
      [2, 'approved'],
      [1, 'draft'],
    ])
  })

  test('may be given with publication, in one act', async () => {
    const id = await minutesThat('approved')
    await minutes.publish(secretary, id, 2, '18')
    expect(await minutes.get(secretary, id)).toMatchObject({
      state: 'published',
      version: 3,
      content: { docNumber: '18' },
    })
    const none = await minutesThat('approved')
    await minutes.publish(secretary, none, 2)
    expect(await minutes.get(secretary, none)).toMatchObject({ state: 'published', version: 2 })
  })

  test('is one that a register has, and no other document’s of that year', async () => {
    const id = await minutesThat('approved')
    for (const docNumber of ['', 'x', '17/BB', '1234567'])
      await expect(minutes.number(secretary, id, { version: 2, docNumber })).rejects.toMatchObject({
        code: 'bad_request',
        detail: { field: 'docNumber' },
      })
    for (const docNumber of ['17', '017'])
      await expect(minutes.publish(secretary, id, 2, docNumber)).rejects.toMatchObject({
        code: 'conflict',
        detail: { field: 'docNumber' },
      })
    expect(await minutes.get(secretary, id)).toMatchObject({ state: 'approved', version: 2 })
    await minutes.publish(secretary, id, 2, '17a')
  })

  test('is not given before approval, nor twice once it is published', async () => {
    const id = await minutesThat('submitted')
    await expect(minutes.number(secretary, id, { version: 2, docNumber: '40' })).rejects.toMatchObject({
      code: 'invalid_state',
    })
    await minutes.approve(chair, id, 2)
    await minutes.publish(secretary, id, 2, '40')
    await expect(minutes.number(secretary, id, { version: 3, docNumber: '41' })).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })
})

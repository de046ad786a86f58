import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAccount } from '#db/accounts.ts'
import { addGrant } from '#db/roleGrants.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accountViewer } from '#office/testing/testViewer.ts'
import { createGuide, firstSteps, type FirstStep, type Guide } from './firstSteps.ts'

let db: TestDatabase
let guide: Guide
let backupAtMs: number | null = null
const unitId = 'unit-00070-20250701'
const first = accountViewer('first', { isSystemAdmin: true })

beforeAll(async () => {
  db = await startTestDatabase()
  for (const id of ['first', 'second']) {
    const account = { id, name: id, email: `${id}@mau.example`, isSystemAdmin: id === 'first' }
    await addAccount(db.database.prisma, account)
  }
  guide = createGuide({ database: db.database, lastBackupAtMs: () => Promise.resolve(backupAtMs) })
})
afterAll(() => db.drop())

const doneOnes = async (viewer = first): Promise<FirstStep[] | undefined> =>
  (await guide.steps(viewer))?.flatMap(({ step, isDone }) => (isDone ? [step] : []))

test('nothing is done on an empty platform, and each step is as soon as the data say so', async () => {
  const { prisma } = db.database
  expect(await doneOnes()).toEqual([])
  await seedUnits(db.database)
  expect(await doneOnes()).toEqual(['units'])
  await addGrant(prisma, { userId: 'second', role: 'system_admin', unitId: null, grantedById: 'first' })
  await prisma.unitMember.create({ data: { unitId, userId: 'second', role: 'secretary', position: '' } })
  backupAtMs = 1
  expect(await doneOnes()).toEqual(['units', 'second_administrator', 'secretaries', 'backup'])
})

test('somebody who is locked out is no second administrator', async () => {
  const { prisma } = db.database
  await prisma.user.update({ where: { id: 'second' }, data: { disabledAt: new Date() } })
  expect(await doneOnes()).toEqual(['units', 'backup'])
  await prisma.user.update({ where: { id: 'second' }, data: { disabledAt: null } })
})

test('others are not guided, and nobody is once all is done', async () => {
  const { prisma } = db.database
  expect(await guide.steps(accountViewer('second'))).toBeNull()
  await prisma.totpFactor.create({ data: { userId: 'first', secret: '', confirmedAt: new Date() } })
  await prisma.settingChange.create({
    data: { key: 'noticeWorkingDays', value: 3, validFrom: new Date(), source: '', reason: '' },
  })
  expect(await doneOnes()).not.toContain('required_factor')
  await prisma.settingChange.create({
    data: { key: 'secondFactor', value: 'secretaries', validFrom: new Date(), source: '', reason: '' },
  })
  const at = { startsAt: new Date(), endsAt: new Date() }
  await prisma.meeting.create({
    data: { unitId, kind: 'briefing', title: 'Thử', titleSearch: 'thu', status: 'ended', ...at },
  })
  const settled = accountViewer('first', {
    isSystemAdmin: true,
    units: [{ id: unitId, name: 'Phường', role: 'official', position: '' }],
  })
  expect(await doneOnes()).toEqual(firstSteps.filter((step) => step !== 'own_unit'))
  expect(await guide.steps(settled)).toBeNull()
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UnitRole } from '#contract/meeting.ts'
import type { OfficeRole } from '#contract/officeRole.ts'
import type { Revocation } from '#contract/revocation.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { accountInclude, accountOf, addAccount, setPasswordHash } from '#db/accounts.ts'
import { setMembership } from '#db/people.ts'
import { addGrant, heldRoles } from '#db/roleGrants.ts'
import { readSetupLink } from '#db/setupLinks.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import type { Viewer } from '../access.ts'
import { accountViewer, linkViewer, userIdOf } from '../testing/testViewer.ts'
import { createPeople, type People } from './people.ts'
import { createRoles, type Roles } from './roles.ts'

let db: TestDatabase
let people: People
let roles: Roles
const revoked: Revocation[] = []
beforeAll(async () => {
  db = await startTestDatabase()
  const unit = (id: string, name: string, parentId: string | null) => ({
    ...{ id, name, parentId, code: id, nameSearch: name.toLowerCase(), level: 'commune', kind: 'phường' },
    validFrom: new Date('2025-07-01'),
  })
  await db.database.prisma.unit.createMany({
    data: [
      unit('city', 'Thanh Pho', null),
      unit('ward', 'Hoan Kiem', 'city'),
      unit('school', 'Truong', 'ward'),
      unit('other', 'Tay Ho', 'city'),
    ],
  })
  const options = {
    database: db.database,
    settings: standardSettings,
    onRevoked: (one: Revocation) => revoked.push(one),
  }
  people = createPeople(options)
  roles = createRoles(options)
})
afterAll(() => db.drop())
beforeEach(() => {
  revoked.length = 0
})

let count = 0
interface Made {
  id: string
  /** As the next request of theirs would have them. */
  viewer: () => Promise<Viewer>
}

async function newPerson(
  name: string,
  held: { unit?: [string, UnitRole]; role?: [OfficeRole, string | null] } = {},
): Promise<Made> {
  const id = `person${++count}`
  const { prisma } = db.database
  await addAccount(prisma, { id, name, email: `${id}@mau.example` })
  await setPasswordHash(prisma, id, 'a hash')
  if (held.unit)
    await setMembership(prisma, {
      userId: id,
      unitId: held.unit[0],
      role: held.unit[1],
      position: 'Chuyên viên',
    })
  if (held.role)
    await addGrant(prisma, { userId: id, role: held.role[0], unitId: held.role[1], grantedById: null })
  return { id, viewer: () => viewerFor(id) }
}

async function viewerFor(id: string): Promise<Viewer> {
  const row = await db.database.prisma.user.findUniqueOrThrow({ where: { id }, include: accountInclude })
  const account = accountOf(row)
  const { name, email, units, isSystemAdmin } = account
  const unitRoles = await heldRoles(db.database, account)
  return accountViewer(id, { name, email, units, isSystemAdmin, unitRoles })
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act
    return 'done'
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}

let admin: Viewer
let wardAdmin: Viewer
let wardSecretary: Viewer
let official: Viewer
beforeAll(async () => {
  admin = await (await newPerson('Quản Trị Mẫu', { role: ['system_admin', null] })).viewer()
  wardAdmin = await (
    await newPerson('Lê Quản Phường', { unit: ['ward', 'official'], role: ['unit_admin', 'ward'] })
  ).viewer()
  wardSecretary = await (await newPerson('Phạm Thư Phường', { unit: ['ward', 'secretary'] })).viewer()
  official = await (await newPerson('Đỗ Hòa', { unit: ['ward', 'official'] })).viewer()
})

describe('the directory', () => {
  test('says of a person exactly name, units and positions, and the email to those it is for', async () => {
    const foreign = await newPerson('Ngô Chủ Tịch', {
      unit: ['city', 'official'],
      role: ['system_admin', null],
    })
    const bytes = async (viewer: Viewer, query: string) =>
      JSON.stringify((await people.search(viewer, { query })).people)
    const entry = (id: string, name: string, unit: string, position: string, email?: string) =>
      JSON.stringify([
        {
          id,
          name,
          ...(email ? { email } : {}),
          units: [{ id: unit, name: unit === 'city' ? 'Phường Thanh Pho' : 'Phường Hoan Kiem', position }],
        },
      ])
    const chairman = entry(foreign.id, 'Ngô Chủ Tịch', 'city', 'Chuyên viên')
    const own = entry(userIdOf(official), 'Đỗ Hòa', 'ward', 'Chuyên viên', official.email)
    // Whoever plans meetings or administers finds everybody; emails are those of the own units.
    for (const viewer of [wardSecretary, wardAdmin]) {
      expect(await bytes(viewer, 'ngo chu tich')).toBe(chairman)
      expect(await bytes(viewer, 'đỗ hoà')).toBe(own)
      expect(await bytes(viewer, `${foreign.id}@mau`)).toBe('[]')
      expect(await bytes(viewer, official.email)).toBe(own)
    }
    // An official finds the people of the own unit, and of the emails the own.
    expect(await bytes(official, 'ngo chu tich')).toBe('[]')
    expect(await bytes(official, 'do hoa')).toBe(own)
    expect(await bytes(official, wardSecretary.email)).toBe('[]')
    expect(await bytes(official, 'pham thu')).not.toContain('@')
    expect(await bytes(admin, `${foreign.id}@mau`)).toContain(`"email":"${foreign.id}@mau.example"`)
    for (const viewer of [wardSecretary, wardAdmin, admin, official])
      expect(await bytes(viewer, '')).not.toMatch(/isSystemAdmin|grants|isDisabled|role/)
  })

  test('tells how many there are whatever it shows of them, and of those only whom the viewer may find', async () => {
    for (const name of ['Lương Đếm Một', 'Lương Đếm Hai', 'Lương Đếm Ba'])
      await newPerson(name, { unit: ['ward', 'official'] })
    const stranger = await newPerson('Lương Đếm Xa', { unit: ['other', 'official'] })
    const found = async (viewer: Viewer) => {
      const { people: shown, total } = await people.search(viewer, { query: 'luong dem', limit: 2 })
      return [shown.length, total]
    }
    expect(await found(wardSecretary)).toEqual([2, 4])
    expect(await found(official)).toEqual([2, 3])
    const listed = await people.list(wardAdmin, { query: 'luong dem', limit: 2 })
    expect([listed.people.length, listed.total]).toEqual([2, 3])
    expect((await people.list(admin, { query: 'luong dem' })).people.map(({ id }) => id)).toContain(
      stranger.id,
    )
  })

  test('does not list who is locked out, and is closed to guests', async () => {
    const gone = await newPerson('Tạ Đã Khóa', { unit: ['ward', 'official'] })
    await people.setDisabled(admin, { userId: gone.id, isDisabled: true })
    for (const viewer of [wardSecretary, wardAdmin, admin])
      expect(await people.search(viewer, { query: 'ta da khoa' })).toEqual({ people: [], total: 0 })
    expect(await codeOf(people.search(linkViewer('m', 'p'), {}))).toBe('not_found')
  })
})

describe('an administrator of a unit', () => {
  test('lists the people of the unit and of those below, also locked ones; to others the list is not there', async () => {
    const pupil = await newPerson('Vũ Trường', { unit: ['school', 'official'] })
    const stranger = await newPerson('Bùi Tây Hồ', { unit: ['other', 'official'] })
    const ids = (await people.list(wardAdmin, {})).people.map((row) => row.id)
    expect(ids).toEqual(expect.arrayContaining([pupil.id, userIdOf(official), userIdOf(wardAdmin)]))
    expect(ids).not.toContain(stranger.id)
    expect(ids).not.toContain(userIdOf(admin))
    for (const viewer of [official, wardSecretary])
      expect(await codeOf(people.list(viewer, {}))).toBe('not_found')
  })

  test('makes, renames, locks and invites people there, and touches nobody else', async () => {
    const input = { name: 'Cao Mới', email: 'cao.moi@mau.example', role: 'official' as const, position: '' }
    const { person } = await people.create(wardAdmin, { ...input, unitId: 'school' })
    await people.change(wardAdmin, { userId: person.id, name: 'Cao Mới Hơn', email: input.email })
    await people.newSetupLink(wardAdmin, person.id)
    await people.setDisabled(wardAdmin, { userId: person.id, isDisabled: true })
    expect(
      await codeOf(people.create(wardAdmin, { ...input, email: 'x@mau.example', unitId: 'other' })),
    ).toBe('forbidden')
    const beyond = [
      await newPerson('Bùi Tây Hồ', { unit: ['other', 'official'] }),
      await newPerson('Ai Không Đơn Vị'),
      { id: 'absent' },
    ]
    for (const { id } of beyond) {
      expect(await codeOf(people.change(wardAdmin, { userId: id, name: 'x', email: 'y@mau.example' }))).toBe(
        'not_found',
      )
      expect(await codeOf(people.newSetupLink(wardAdmin, id))).toBe('not_found')
      expect(await codeOf(people.setDisabled(wardAdmin, { userId: id, isDisabled: true }))).toBe('not_found')
      expect(
        await codeOf(
          roles.setUnitRole(wardAdmin, { userId: id, unitId: 'ward', role: 'official', position: '' }),
        ),
      ).toBe('not_found')
    }
  })

  test('takes over no account that holds more than the unit has: elsewhere, or of the whole system', async () => {
    const both = await newPerson('Hai Nơi', { unit: ['ward', 'official'] })
    await roles.setUnitRole(admin, { userId: both.id, unitId: 'other', role: 'official', position: '' })
    const auditor = await newPerson('Kiểm Tra', { unit: ['ward', 'official'], role: ['auditor', null] })
    for (const { id } of [both, auditor]) {
      expect(await codeOf(people.newSetupLink(wardAdmin, id))).toBe('forbidden')
      expect(await codeOf(people.change(wardAdmin, { userId: id, name: 'x', email: 'z@mau.example' }))).toBe(
        'forbidden',
      )
      expect(await codeOf(people.setDisabled(wardAdmin, { userId: id, isDisabled: true }))).toBe('forbidden')
      const row = (await people.list(wardAdmin, {})).people.find((one) => one.id === id)
      expect(row).toMatchObject({ mayChange: false, grants: [] })
    }
  })

  test('makes no link to the own account: whoever took a session over would have the account', async () => {
    for (const viewer of [wardAdmin, admin]) {
      expect(await codeOf(people.newSetupLink(viewer, userIdOf(viewer)))).toBe('invalid_state')
    }
  })

  const linkTo = async (maker: Viewer, userId: string): Promise<() => Promise<string>> => {
    const { setupPath } = await people.newSetupLink(maker, userId)
    const token = setupPath.split('#').at(-1) ?? ''
    return () => codeOf(readSetupLink(db.database.prisma, token, Date.now()))
  }

  test.each([
    ['a role of the whole system', 'system_admin', null],
    ['another role of the whole system', 'auditor', null],
    ['a role in the unit', 'clerk', 'ward'],
    ['a role in another unit', 'technician', 'other'],
  ] as const)('has no link any more to the account of whoever gets %s', async (_what, role, unitId) => {
    const { id } = await newPerson('Được Giao', { unit: ['ward', 'official'] })
    const read = await linkTo(wardAdmin, id)
    expect(await read()).toBe('done')
    await roles.give(admin, { userId: id, role, unitId })
    expect(await read()).toBe('not_found')
    await roles.withdraw(admin, { userId: id, role, unitId })
  })

  test('has no link any more to the account of whoever gets a higher place, and keeps it at a lower one', async () => {
    const { id } = await newPerson('Được Cất Nhắc', { unit: ['ward', 'official'] })
    const place = { userId: id, unitId: 'ward', position: 'Phó phòng' }
    const raised = await linkTo(wardAdmin, id)
    await roles.setUnitRole(admin, { ...place, role: 'official' })
    expect(await raised()).toBe('done')
    await roles.setUnitRole(admin, { ...place, role: 'secretary' })
    expect(await raised()).toBe('not_found')
    const lowered = await linkTo(wardAdmin, id)
    await roles.setUnitRole(admin, { ...place, role: 'official' })
    expect(await lowered()).toBe('done')
  })

  test('secrets outlived: a link that went to a mistyped address is void once the address is corrected', async () => {
    const { id } = await newPerson('Nhầm Địa Chỉ', { unit: ['ward', 'official'] })
    const { name, email } = await db.database.prisma.user.findUniqueOrThrow({ where: { id } })
    const read = await linkTo(wardAdmin, id)
    await people.change(wardAdmin, { userId: id, name: `${name} Mẫu`, email: email.toUpperCase() })
    expect(await read()).toBe('done')
    await people.change(wardAdmin, { userId: id, name, email: `dung-${email}` })
    expect(await read()).toBe('not_found')
  })

  test('made no link that outlives the own office, or reaches beyond it', async () => {
    const maker = await newPerson('Quản Trị Tạm', {
      unit: ['ward', 'official'],
      role: ['unit_admin', 'ward'],
    })
    const { id } = await newPerson('Người Chờ', { unit: ['ward', 'official'] })
    const read = await linkTo(await maker.viewer(), id)
    await setMembership(db.database.prisma, { userId: id, unitId: 'other', role: 'official', position: '' })
    expect(await read()).toBe('link_expired')
    await setMembership(db.database.prisma, { userId: id, unitId: 'other', role: null, position: '' })
    expect(await read()).toBe('done')
    await roles.withdraw(admin, { userId: maker.id, role: 'unit_admin', unitId: 'ward' })
    expect(await read()).toBe('link_expired')
    await roles.give(admin, { userId: maker.id, role: 'unit_admin', unitId: 'ward' })
    expect(await read()).toBe('done')
    await people.setDisabled(admin, { userId: maker.id, isDisabled: true })
    expect(await read()).toBe('link_expired')
  })

  test('gives and takes the roles of these units only', async () => {
    const one = await newPerson('Người Nhận', { unit: ['ward', 'official'] })
    const userId = one.id
    for (const role of ['unit_admin', 'clerk', 'technician'] as const) {
      await roles.give(wardAdmin, { userId, role, unitId: 'school' })
      expect(await codeOf(roles.give(wardAdmin, { userId, role, unitId: 'other' }))).toBe('forbidden')
      expect(await codeOf(roles.give(wardAdmin, { userId, role, unitId: 'city' }))).toBe('forbidden')
    }
    for (const role of ['system_admin', 'auditor'] as const) {
      expect(await codeOf(roles.give(wardAdmin, { userId, role, unitId: null }))).toBe('forbidden')
      expect(await codeOf(roles.give(wardAdmin, { userId, role, unitId: 'ward' }))).toBe('bad_request')
      expect(await codeOf(roles.give(wardSecretary, { userId, role, unitId: null }))).toBe('forbidden')
    }
    expect(
      await codeOf(
        roles.setUnitRole(wardAdmin, { userId, unitId: 'other', role: 'secretary', position: '' }),
      ),
    ).toBe('forbidden')
    await roles.withdraw(wardAdmin, { userId, role: 'clerk', unitId: 'school' })
    expect(await codeOf(roles.withdraw(wardAdmin, { userId, role: 'clerk', unitId: 'school' }))).toBe(
      'not_found',
    )
    expect((await people.list(wardAdmin, {})).people.find((row) => row.id === userId)?.grants).toHaveLength(2)
  })

  test('raises nobody who is themselves, and neither does an administrator of the system', async () => {
    for (const viewer of [wardAdmin, admin]) {
      const userId = userIdOf(viewer)
      const place = { userId, unitId: 'ward', role: 'secretary' as const, position: '' }
      expect(await codeOf(roles.setUnitRole(viewer, place))).toBe('forbidden')
      expect(await codeOf(roles.give(viewer, { userId, role: 'clerk', unitId: 'ward' }))).toBe('forbidden')
      expect(await codeOf(roles.give(viewer, { userId, role: 'auditor', unitId: null }))).toBe('forbidden')
    }
    // Another position is no other right.
    const place = {
      userId: userIdOf(wardAdmin),
      unitId: 'ward',
      role: 'official' as const,
      position: 'Phó Chủ tịch',
    }
    await roles.setUnitRole(wardAdmin, place)
  })
})

describe('administrators of the system', () => {
  test('make a second one and demote one; the last stays, however they go', async () => {
    const second = await newPerson('Quản Trị Hai', { unit: ['city', 'official'] })
    await roles.give(admin, { userId: second.id, role: 'system_admin', unitId: null })
    const other = await second.viewer()
    expect(other.account?.isSystemAdmin).toBe(true)
    // The test above about the directory made another one.
    const rest = (await people.list(admin, { query: 'ngo chu tich' })).people.filter(
      (row) => row.isSystemAdmin,
    )
    for (const { id } of rest) await roles.withdraw(admin, { userId: id, role: 'system_admin', unitId: null })
    // Both at once: one of them stays.
    const outcomes = await Promise.all([
      codeOf(roles.withdraw(admin, { userId: second.id, role: 'system_admin', unitId: null })),
      codeOf(roles.withdraw(other, { userId: userIdOf(admin), role: 'system_admin', unitId: null })),
    ])
    expect(outcomes.toSorted()).toEqual(['done', 'invalid_state'])
    const left = (await viewerFor(userIdOf(admin))).account?.isSystemAdmin ? admin : other
    const demoted = left === admin ? second.id : userIdOf(admin)
    expect((await viewerFor(demoted)).account?.isSystemAdmin).toBe(false)
    expect(
      await codeOf(
        people.setDisabled(await viewerFor(demoted), { userId: userIdOf(left), isDisabled: true }),
      ),
    ).toBe('forbidden')
    await roles.give(left, { userId: demoted, role: 'system_admin', unitId: null })
    await people.setDisabled(left, { userId: demoted, isDisabled: true })
    expect(
      await codeOf(roles.withdraw(left, { userId: userIdOf(left), role: 'system_admin', unitId: null })),
    ).toBe('invalid_state')
    await people.setDisabled(left, { userId: demoted, isDisabled: false })
    admin = left
  })

  test('are not that before they have set a password', async () => {
    const invited = await newPerson('Quản Trị Chưa Kích Hoạt', { role: ['system_admin', null] })
    await db.database.prisma.account.deleteMany({ where: { userId: invited.id } })
    const withdraw = (userId: string) =>
      codeOf(roles.withdraw(admin, { userId, role: 'system_admin', unitId: null }))
    await db.database.prisma.roleGrant.deleteMany({
      where: { role: 'system_admin', userId: { notIn: [invited.id, userIdOf(admin)] } },
    })
    expect(await withdraw(userIdOf(admin))).toBe('invalid_state')
  })

  test('confirm who they are before they change anything, and read without', async () => {
    const stale = { ...admin, isConfirmed: false }
    const { id } = await newPerson('Người Khác', { unit: ['ward', 'official'] })
    const place = { unitId: 'ward', role: 'official', position: '' } as const
    for (const act of [
      () => people.create(stale, { name: 'Mới', email: 'moi@mau.example', ...place }),
      () => people.change(stale, { userId: id, name: 'Khác', email: 'khac@mau.example' }),
      () => people.newSetupLink(stale, id),
      () => people.setDisabled(stale, { userId: id, isDisabled: true }),
      () => roles.setUnitRole(stale, { userId: id, ...place }),
      () => roles.give(stale, { userId: id, role: 'clerk', unitId: 'ward' }),
      () => roles.withdraw(stale, { userId: id, role: 'clerk', unitId: 'ward' }),
    ])
      expect(await codeOf(act())).toBe('confirmation_needed')
    expect(await codeOf(people.list(stale, {}))).toBe('done')
    // Who may not is not asked who they are.
    const official = await (await newPerson('Chuyên Viên', { unit: ['ward', 'official'] })).viewer()
    expect(await codeOf(people.newSetupLink({ ...official, isConfirmed: false }, id))).toBe('forbidden')
  })
})

test('each change of a role is told to the person’s pages at once, and is in the log with what it was', async () => {
  const { id: userId } = await newPerson('Được Ghi', { unit: ['ward', 'official'] })
  await roles.setUnitRole(wardAdmin, { userId, unitId: 'ward', role: 'secretary', position: 'Văn phòng' })
  await roles.give(wardAdmin, { userId, role: 'clerk', unitId: 'ward' })
  await roles.give(wardAdmin, { userId, role: 'clerk', unitId: 'ward' })
  await roles.withdraw(wardAdmin, { userId, role: 'clerk', unitId: 'ward' })
  await people.change(wardAdmin, { userId, name: 'Được Ghi Rõ', email: 'ghi.ro@mau.example' })
  expect(revoked.every((one) => one.kind === 'user' && one.userId === userId)).toBe(true)
  expect(revoked.length).toBeGreaterThanOrEqual(4)
  const log = await db.database.prisma.auditEntry.findMany({
    where: { subject: userId },
    orderBy: { id: 'asc' },
  })
  expect(log.map((entry) => [entry.action, entry.detail])).toEqual([
    [
      'role.changed',
      {
        unitId: 'ward',
        changes: [
          { field: 'role', from: 'official', to: 'secretary' },
          { field: 'position', from: 'Chuyên viên', to: 'Văn phòng' },
        ],
      },
    ],
    ['role.given', { role: 'clerk', unitId: 'ward' }],
    ['role.withdrawn', { role: 'clerk', unitId: 'ward' }],
    [
      'person.changed',
      {
        changes: [
          { field: 'name', from: 'Được Ghi', to: 'Được Ghi Rõ' },
          { field: 'email', from: `${userId}@mau.example`, to: 'ghi.ro@mau.example' },
        ],
      },
    ],
  ])
  expect(log.every((entry) => entry.actorId === userIdOf(wardAdmin))).toBe(true)
})

test('an address that has an account is refused at its field', async () => {
  const { id: userId } = await newPerson('Đổi Thư', { unit: ['ward', 'official'] })
  const taken = { userId, name: 'Đổi Thư', email: official.email.toUpperCase() }
  await expect(people.change(wardAdmin, taken)).rejects.toMatchObject({
    code: 'conflict',
    detail: { field: 'email' },
  })
  const input = { name: 'x', email: official.email, unitId: 'ward', role: 'official' as const, position: '' }
  await expect(people.create(wardAdmin, input)).rejects.toMatchObject({ code: 'conflict' })
})

describe('a telephone number', () => {
  test('is one’s own to write, or an administrator’s, and in the log', async () => {
    const { id, viewer } = await newPerson('Ngô Điện Thoại', { unit: ['ward', 'official'] })
    const own = await viewer()
    expect(await people.ownPhone(own)).toBe('')
    await people.changeOwnPhone(own, ' 0912  345 678 ')
    expect(await people.ownPhone(own)).toBe('0912 345 678')
    const change = { userId: id, name: 'Ngô Điện Thoại', email: `${id}@mau.example` }
    await people.change(wardAdmin, change)
    expect(await people.ownPhone(own)).toBe('0912 345 678')
    await people.change(wardAdmin, { ...change, phone: '' })
    expect(await people.ownPhone(own)).toBe('')
    const log = await db.database.prisma.auditEntry.findMany({
      where: { subject: id, action: 'person.changed' },
      orderBy: { id: 'asc' },
    })
    const [written, , taken] = log.map(({ detail }) => detail)
    expect(written).toEqual({ changes: [{ field: 'phone', from: '', to: '0912 345 678' }] })
    expect(taken).toEqual({ changes: [{ field: 'phone', from: '0912 345 678', to: '' }] })
  })

  test('is shown to whom the email is shown', async () => {
    const { id, viewer } = await newPerson('Tống Số Máy', { unit: ['ward', 'official'] })
    await people.changeOwnPhone(await viewer(), '(024) 3825-3536')
    const phoneFor = async (asker: Viewer) =>
      (await people.search(asker, { query: 'tong so may' })).people.find((one) => one.id === id)?.phone
    for (const asker of [await viewer(), wardSecretary, wardAdmin, admin])
      expect(await phoneFor(asker)).toBe('(024) 3825-3536')
    expect(await phoneFor(official)).toBeUndefined()
    const elsewhere = await (await newPerson('Thư Nơi Khác', { unit: ['city', 'secretary'] })).viewer()
    expect(await phoneFor(elsewhere)).toBeUndefined()
  })

  test.each(['12', 'gọi tôi', '+84 912 345 678 901 234', '0912<b>345', '0'.repeat(31), '++84912345678'])(
    'is refused as %j, at its field',
    async (phone) => {
      const { id, viewer } = await newPerson('Vũ Sai Số', { unit: ['ward', 'official'] })
      const refused = { code: 'bad_request', detail: { field: 'phone', reason: 'wrong' } }
      await expect(people.changeOwnPhone(await viewer(), phone)).rejects.toMatchObject(refused)
      const change = { userId: id, name: 'x', email: `${id}@mau.example`, phone }
      await expect(people.change(wardAdmin, change)).rejects.toMatchObject(refused)
    },
  )
})

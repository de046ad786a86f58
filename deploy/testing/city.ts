import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import type { UnitRole } from '#contract/meeting.ts'
import type { Bus } from '#contract/bus.ts'
import { silentLog } from '#contract/log.ts'
import { revocationTopic } from '#contract/revocation.ts'
import { openDatabase, type Database } from '#db/client.ts'
import { ensureServer, socketUrl } from '#db/embeddedServer.ts'
import { Settings } from '#db/settings.ts'
import { DiskStorage } from '#recorder/storage.ts'
import { createAccounts, type Accounts } from '#office/accounts/accounts.ts'
import { MemoryBus } from '../bus/memoryBus.ts'
import { auditKeys } from '../secrets.ts'
import { createServices } from '#office/services.ts'
import type { Viewer } from '#office/access.ts'
import type { MeetingPlan } from '#contract/plan.ts'
import type { MeetingDetail } from '#office/meetings/meetings.ts'
import type { Services } from '#office/services.ts'
import type { BrowserContext } from 'playwright-core'

/** Somebody with an account and a session. */
export interface Citizen {
  name: string
  email: string
  password: string
  userId: string
  /** The Cookie header of the session. */
  cookie: string
  viewer: Viewer
}

/** A little administration to hold meetings in; every name is invented. */
export interface City {
  administrator: Citizen
  /** Runs the meetings of the unit. */
  secretary: Citizen
  chair: Citizen
  /** Of a commune. */
  delegate: Citizen
  /** Of another unit, in no meeting. */
  stranger: Citizen
  unitId: string
  communeId: string
}

/** The platform's services on a connection of the test's own. */
export interface Office extends Services {
  accounts: Accounts
  database: Database
  close(): Promise<void>
}

/** Signs the cookies of every platform that tests start. */
export const testSecret = 'only-for-tests-only-for-tests-only-for-tests'

/** Opens the services on a running platform's database: its own embedded one, or the one named. */
export async function startOffice(dataDir: string, databaseUrl?: string): Promise<Office> {
  const url = databaseUrl ?? socketUrl((await ensureServer(dataDir)).socketDir, 'diemcau')
  return startOfficeOn(await openDatabase(url, { auditKeys: auditKeys({ DATA_DIR: dataDir }) }), dataDir)
}

/** The services on a database, and on the bus of the nodes that run on it, if any do here. */
export async function startOfficeOn(
  database: Database,
  dataDir: string,
  bus: Bus = new MemoryBus(),
): Promise<Office> {
  const settings = await Settings.open({ database, bus, log: silentLog })
  const accounts = createAccounts({
    database,
    secret: testSecret,
    baseUrl: 'http://127.0.0.1',
    settings,
    log: silentLog,
    onRevoked: (revocation) => bus.publish(revocationTopic, revocation),
  })
  const storage = new DiskStorage(join(dataDir, 'recordings'))
  return {
    ...createServices({
      accounts,
      database,
      storage,
      bus,
      settings,
      log: silentLog,
      lastBackupAtMs: () => Promise.resolve(null),
    }),
    accounts,
    database,
    async close() {
      await settings.close()
      await bus.close()
      await database.close()
    },
  }
}

/** Founds the administration through the same services that the pages use. Needs a database without an administrator. */
export async function newCity(office: Office): Promise<City> {
  const link = await office.accounts.firstAdministratorLink()
  if (link === null) throw new Error('There is an administrator already')
  const administrator = await settle(office, link, 'Quản Trị Mẫu')
  const city = await unitNamed(office, administrator, 'Thành phố Hà Nội')
  const commune = await unitNamed(office, administrator, 'Hoàn Kiếm', 'commune')
  const foreign = await unitNamed(office, administrator, 'Tây Hồ', 'commune')
  const employ = async (name: string, unitId: string, role: UnitRole, position: string): Promise<Citizen> => {
    const email = `${randomUUID().slice(0, 8)}@mau.example`
    const { setupPath } = await office.people.create(administrator.viewer, {
      name,
      email,
      unitId,
      role,
      position,
    })
    return await settle(office, setupPath, name, email)
  }
  return {
    administrator,
    chair: await employ('Trần Thị Mẫu Bình', city, 'official', 'Chủ tịch (mẫu)'),
    secretary: await employ('Lê Văn Mẫu Cường', city, 'secretary', 'Chuyên viên (mẫu)'),
    delegate: await employ('Nguyễn Thị Mẫu Dung', commune, 'official', 'Phó Chủ tịch phường (mẫu)'),
    stranger: await employ('Phạm Văn Mẫu Giang', foreign, 'secretary', 'Công chức (mẫu)'),
    unitId: city,
    communeId: commune,
  }
}

/** What a link carries behind its #. */
export function tokenOf(path: string): string {
  return path.split('#').at(-1) ?? ''
}

/** Uses a set-up link's token, once: somebody with an account and a session. */
export async function settle(
  office: Office,
  path: string,
  name: string,
  email = `${randomUUID().slice(0, 8)}@mau.example`,
): Promise<Citizen> {
  const token = tokenOf(path)
  const password = `mau-${randomUUID()}`
  const { setCookies } = await office.accounts.completeSetup({
    token,
    name,
    email,
    password,
    ipAddress: '127.0.0.1',
    userAgent: 'test',
  })
  const cookie = setCookies.map((c) => c.split(';')[0]).join('; ')
  const viewer = await office.accounts.viewerOf(new Headers({ cookie }))
  if (!viewer?.account) throw new Error('The new account has no session')
  return { name, email, password, userId: viewer.account.userId, cookie, viewer }
}

async function unitNamed(office: Office, who: Citizen, name: string, level?: 'commune'): Promise<string> {
  const found = await office.units.search(who.viewer, { query: name, ...(level ? { level } : {}) })
  const unit = found.find((u) => u.name === name || u.fullName === name) ?? found[0]
  if (!unit) throw new Error(`No unit ${name}`)
  return unit.id
}

/** Plans a meeting that begins now: chair, secretary and the commune's delegate, two agenda items. */
export async function planMeeting(
  office: Office,
  city: City,
  change: Partial<MeetingPlan> = {},
): Promise<{ id: MeetingId; detail: MeetingDetail }> {
  const { id } = await office.meetings.create(
    city.secretary.viewer,
    {
      unitId: city.unitId,
      kind: 'briefing',
      title: 'Họp giao ban trực tuyến (mẫu)',
      description: '',
      place: 'Trực tuyến',
      startsAtMs: Date.now() - 60_000,
      endsAtMs: Date.now() + 3_600_000,
      isRecordingPlanned: false,
      isDeclaredUnclassified: true,
      overrideReason: 'Họp đột xuất',
      chairUserId: city.chair.userId,
      secretaryUserId: city.secretary.userId,
      people: [{ userId: city.delegate.userId, role: 'delegate' }],
      guests: [],
      unitIds: [city.communeId],
      sites: [],
      agenda: [
        { title: 'Báo cáo tình hình tháng 11', presenter: 'Văn phòng', durationMin: 10 },
        { title: 'Thảo luận và kết luận', presenter: '', durationMin: 20 },
      ],
      ...change,
    },
    'scheduled',
  )
  return { id, detail: await office.meetings.get(city.secretary.viewer, id) }
}

/** A guest's or a site's join link as a cookie. */
export async function guestCookie(
  office: Office,
  city: City,
  meetingId: MeetingId,
  participantId: ParticipantId,
): Promise<string> {
  const { path } = await office.meetings.newJoinLink(city.secretary.viewer, meetingId, participantId)
  const { setCookies } = await office.accounts.openJoinLink(tokenOf(path), new Headers(), false)
  return setCookies.map((c) => c.split(';')[0]).join('; ')
}

/** Signs a browser in as the citizen. */
export async function signIn(context: BrowserContext, url: string, cookie: string): Promise<void> {
  await context.addCookies(
    cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=')
      return {
        name: pair.slice(0, at),
        value: pair.slice(at + 1),
        url,
        httpOnly: true,
        sameSite: 'Lax' as const,
      }
    }),
  )
}

import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import type { MeetingId } from '#contract/ids.ts'
import type { MeetingPlan } from '#contract/plan.ts'
import { settle, planMeeting, type Citizen } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'
import { ask } from '../testing/pageRequest.ts'

const routesDir = join(import.meta.dirname, '../../web/src/routes')

/**
 * Who asks, in this order: nobody; an official of another commune; the secretary of the unit that holds the meeting; an
 * administrator, an auditor's role beside a place, and a technician of the commune that is invited; the chair, whose
 * second factor is owed; a guest of the meeting by link; an administrator of the system.
 */
const askers = [
  'stranger',
  'official',
  'secretary',
  'unitAdmin',
  'auditor',
  'technician',
  'owing',
  'link',
  'admin',
] as const
type Asker = (typeof askers)[number]

/**
 * What each is answered:
 * L to sign in (401)   F to give the second factor   C to the own call   a it is not there (404)   r refused (403)
 * y served, or refused for what was typed or for the state of things, which only they learn to whom it is open
 */
// prettier-ignore
const table: Record<string, string> = {
  // who asks: nobody, official, secretary, unit administrator, auditor, technician, owing, link, administrator
  'POST /join?/default': 'a a a a a a a a a', // no such link
  'GET /join': 'y y y y y y y y y',
  'GET /join (data)': 'y y y y y y y y y',
  'GET /join/[token]': 'y y y y y y y y y',
  'POST /login?/default': 'y y y y y y y y y',
  'GET /login': 'y y y y y y y y y',
  'GET /login (data)': 'y y y y y y y y y',
  'POST /second-factor?/give': 'L y y y y y y a y',
  'POST /second-factor?/signOut': 'L y y y y y y a y',
  'GET /second-factor': 'L y y y y y y C y',
  'GET /second-factor (data)': 'L y y y y y y C y',
  'POST /second-factor/setup?/beginTotp': 'L y y y y y r a y',
  'POST /second-factor/setup?/confirmTotp': 'L y y y y y r a y',
  'POST /second-factor/setup?/removeTotp': 'L y y y y y r a y',
  'POST /second-factor/setup?/recoveryCodes': 'L y y y y y r a y',
  'POST /second-factor/setup?/renamePasskey': 'L y y y y y r a y',
  'POST /second-factor/setup?/removePasskey': 'L y y y y y r a y',
  'GET /second-factor/setup/passkey': 'L y y y y y r C y',
  'POST /second-factor/setup/passkey': 'L y y y y y r a y',
  'GET /second-factor/passkey': 'L a a a a a a C a', // nobody has one
  'POST /second-factor/passkey': 'L y y y y y y a y',
  'GET /login/passkey': 'y y y y y y y y y',
  'POST /login/passkey': 'y y y y y y y y y',
  'POST /second-factor/setup?/forget': 'L y y y y y r a y',
  'GET /second-factor/setup': 'L y y y y y y C y',
  'GET /second-factor/setup (data)': 'L y y y y y y C y',
  'POST /setup?/open': 'a a a a a a a a a', // no such link
  'POST /setup?/complete': 'a a a a a a a a a',
  'GET /setup': 'y y y y y y y y y',
  'GET /setup (data)': 'y y y y y y y y y',
  'GET /setup/[token]': 'y y y y y y y y y',
  'GET /': 'L y y y y y F C y',
  'GET / (data)': 'L y y y y y F C y',
  'POST /?/keepRecording': 'L a y a a a r a a',
  'POST /account?/password': 'L y y y y y r a y',
  'POST /account?/revoke': 'L y y y y y r a y',
  'POST /account?/signOut': 'L y y y y y r a y',
  'GET /account': 'L y y y y y F C y',
  'GET /account (data)': 'L y y y y y F C y',
  'POST /account?/phone': 'L y y y y y r a y',
  'GET /account/data.json': 'L y y y y y F C y',
  'GET /account/data.html': 'L y y y y y F C y',
  'GET /admin/people/[id]/data.json': 'L r r r r r F C y',
  'GET /admin/people/[id]/data.html': 'L r r r r r F C y',
  'POST /admin/people?/create': 'L r r y r r r a y',
  'POST /admin/people?/newLink': 'L r r y r r r a y',
  'POST /admin/people?/role': 'L r r y r r r a y',
  'POST /admin/people?/resetSecondFactor': 'L r r y r r r a y',
  'POST /admin/people?/give': 'L r r y r r r a y',
  'POST /admin/people?/withdraw': 'L r r y r r r a a', // taken by then
  'POST /admin/people?/change': 'L r r y r r r a y',
  'POST /admin/people?/disable': 'L r r y r r r a y',
  'GET /admin/people': 'L a a y a a F C y',
  'GET /admin/people (data)': 'L a a y a a F C y',
  'POST /admin/audit?/verify': 'L a a a y a r a y',
  'GET /admin/audit': 'L a a a y a F C y',
  'GET /admin/audit (data)': 'L a a a y a F C y',
  'GET /admin/audit/log.csv': 'L a a a y a F C y',
  'GET /admin/audit/log.xlsx': 'L a a a y a F C y',
  'GET /admin/settings': 'L a a a a a F C y',
  'GET /admin/settings (data)': 'L a a a a a F C y',
  'POST /admin/settings/[key]?/change': 'L r r r r r r a y',
  'POST /admin/settings/[key]?/withdraw': 'L r r r r r r a y',
  'GET /admin/settings/[key]': 'L a a a a a F C y',
  'GET /admin/settings/[key] (data)': 'L a a a a a F C y',
  'POST /admin/sites?/create': 'L r r y r y r a y',
  'POST /admin/sites?/change': 'L r r y r y r a y',
  'GET /admin/sites': 'L a a y a y F C y',
  'GET /admin/sites (data)': 'L a a y a y F C y',
  'POST /admin/storage?/deleteRecording': 'L a r a a a r a a', // its minutes are not published
  'POST /admin/storage?/unitQuota': 'L r r r r r r a y',
  'GET /admin/storage': 'L a a y a a F C y',
  'GET /admin/storage (data)': 'L a a y a a F C y',
  'POST /admin/units?/correct': 'L r r r r r r a y',
  'GET /admin/units': 'L a a a a a F C y',
  'GET /admin/units (data)': 'L a a a a a F C y',
  'GET /meetings': 'L y y y y y F C y',
  'GET /meetings (data)': 'L y y y y y F C y',
  'POST /meetings/[id]?/respond': 'L a y a a a r a a',
  'POST /meetings/[id]?/cancel': 'L a y a a a r a a',
  'POST /meetings/[id]?/endCall': 'L a y a a a r a a',
  'POST /meetings/[id]?/reopenCall': 'L a y a a a r a a',
  'POST /meetings/[id]?/makeLink': 'L a y a a a r a a',
  'POST /meetings/[id]?/revokeLink': 'L a y a a a r a a',
  'POST /meetings/[id]?/retryRecording': 'L a y a a a r a a',
  'POST /meetings/[id]?/keepRecording': 'L a y a a a r a a',
  'POST /meetings/[id]?/releaseRecording': 'L a y a a a r a a',
  'POST /meetings/[id]?/deleteRecording': 'L a r a a a r a a', // its minutes are not published
  'POST /meetings/[id]?/delete': 'L a y a a a r a a',
  'POST /meetings/[id]?/createMinutes': 'L a y a a a r a a',
  'GET /meetings/[id]': 'L a y a a a F C a',
  'GET /meetings/[id] (data)': 'L a y a a a F C a',
  'GET /meetings/[id]/attendance.csv': 'L a y a a a F C a',
  'GET /meetings/[id]/attendance.xlsx': 'L a y a a a F C a',
  'POST /meetings/[id]/edit?/default': 'L a y a a a r a a',
  'GET /meetings/[id]/edit': 'L a y a a a F C a',
  'GET /meetings/[id]/edit (data)': 'L a y a a a F C a',
  'GET /meetings/[id]/minutes.docx': 'L a y a a a F C a',
  'GET /meetings/[id]/minutes.pdf': 'L a y a a a F C a',
  'POST /meetings/[id]/minutes?/submit': 'L a y a a a r a a',
  'POST /meetings/[id]/minutes?/recall': 'L a y a a a r a a',
  'POST /meetings/[id]/minutes?/approve': 'L a r a a a r a a',
  'POST /meetings/[id]/minutes?/number': 'L a y a a a r a a',
  'POST /meetings/[id]/minutes?/publish': 'L a y a a a r a a',
  'POST /meetings/[id]/minutes?/return': 'L a r a a a r a a',
  'GET /meetings/[id]/minutes': 'L a y a a a F C a',
  'GET /meetings/[id]/minutes (data)': 'L a y a a a F C a',
  'POST /meetings/[id]/minutes/history?/restore': 'L a y a a a r a a',
  'GET /meetings/[id]/minutes/history': 'L a y a a a F C a',
  'GET /meetings/[id]/minutes/history (data)': 'L a y a a a F C a',
  'POST /bodies?/create': 'L r r y r r r a y',
  'GET /bodies': 'L y y y y y F C y',
  'GET /bodies (data)': 'L y y y y y F C y',
  'POST /bodies/[id]?/change': 'L r r y r r r a y',
  'POST /bodies/[id]?/addMember': 'L r r y r r r a y',
  'POST /bodies/[id]?/addMembers': 'L r r y r r r a y',
  'POST /bodies/[id]?/changeMember': 'L r r y r r r a y',
  'POST /bodies/[id]?/endMember': 'L r r y r r r a y',
  'POST /bodies/[id]?/removeMember': 'L r r y a a r a a', // who administers the unit took it away
  'POST /bodies/[id]?/giveOffice': 'L r r y r r r a y',
  'POST /bodies/[id]?/endOffice': 'L r r y r r r a y',
  'GET /bodies/[id]': 'L y y y y y F C y',
  'GET /bodies/[id] (data)': 'L y y y y y F C y',
  'POST /meetings/new?/default': 'L r y r r r r a r',
  'GET /meetings/new': 'L r y r r r F C r',
  'GET /meetings/new (data)': 'L r y r r r F C r',
  'GET /api/auth/[...path]': 'y y y y y y y y y',
  'POST /api/auth/[...path]': 'a a a a a a a a a',
  'GET /api/confirmation': 'L y y y y y y a y',
  'POST /api/confirmation': 'L y y y y y r a y',
  'GET /api/session': 'L y y y y y r a y',
  'POST /api/session': 'L y y y y y r a y',
  'GET /api/meetings/[id]/attendance': 'L a y a a a r a a',
  'GET /api/meetings/[id]/minutes': 'L a y a a a r a a',
  'POST /api/meetings/[id]/minutes': 'L a y a a a r a a',
  'POST /api/meetings/check': 'L r y r r r r a r',
  'GET /api/search/meetings': 'L y y y y y r a y',
  'GET /api/search/people': 'L y y y y y r a y',
  'GET /api/search/sites': 'L y y y y y r a y',
  'GET /api/search/units': 'L y y y y y r a y',
  'GET /api/sites': 'L y y y y y r a y',
  'GET /api/units': 'L y y y y y r a y',
  'GET /dev/components': 'a a a a a a a a a',
  'GET /dev/components (data)': 'a a a a a a a a a',
  'GET /meetings/[id]/call': 'L y y y y y y y y', // a frame without a word of the meeting: its socket asks who comes
  'GET /meetings/[id]/call (data)': 'L y y y y y y y y',
  'POST /preferences': 'y y y y y y y y y',
  'GET /recordings/[id]/video': 'L a y a a a F C a',
}

/** What stands for a route's parameters, and what is typed into a form, so that the right alone decides. */
interface Target {
  meeting: MeetingId
  guest: string
  person: string
  site: string
  body: string
  mandate: string
  officeHeld: string
}

let harness: OfficeHarness
let cookies: Record<Asker, string>
let shared: Target & { held: MeetingId; recording: string }

beforeAll(async () => {
  harness = await OfficeHarness.start()
  const { office, city } = harness
  const admin = city.administrator.viewer
  const employ = async (unitId: string, give?: 'unit_admin' | 'auditor' | 'technician'): Promise<Citizen> => {
    const email = `${randomUUID().slice(0, 8)}@mau.example`
    const name = 'Người Gõ Cửa Mẫu'
    const { person, setupPath } = await office.people.create(admin, {
      ...{ name, email, unitId, role: 'official', position: '' },
    })
    const citizen = await settle(office, setupPath, name, email)
    if (give)
      await office.roles.give(admin, {
        userId: person.id,
        role: give,
        unitId: give === 'auditor' ? null : unitId,
      })
    return citizen
  }
  const [foreign] = city.stranger.viewer.units
  const { id: meeting, guestId: guest, cookie: link } = await harness.planWithGuest()
  const held = await harness.hold()
  await office.minutes.createDraft(city.secretary.viewer, held)
  const { database } = office
  const recording = `rec${randomUUID().slice(0, 8)}`
  await database.prisma.recording.create({
    data: { id: recording, meetingId: held, approvedByName: 'x', startedAt: new Date(), state: 'recording' },
  })
  await database.prisma.totpFactor.create({
    data: { userId: city.chair.userId, secret: 'x', confirmedAt: new Date() },
  })
  cookies = {
    stranger: '',
    official: (await employ(foreign?.id ?? '')).cookie,
    secretary: city.secretary.cookie,
    unitAdmin: (await employ(city.communeId, 'unit_admin')).cookie,
    auditor: (await employ(city.communeId, 'auditor')).cookie,
    technician: (await employ(city.communeId, 'technician')).cookie,
    owing: city.chair.cookie,
    link,
    admin: city.administrator.cookie,
  }
  const site = await database.prisma.site.create({ data: { unitId: city.communeId, name: 'Phòng mẫu' } })
  shared = {
    meeting,
    guest,
    person: city.delegate.userId,
    site: site.id,
    held,
    recording,
    ...(await newBody()),
  }
}, 300_000)
afterAll(() => harness?.close())

it('every door answers everybody as the table says, and no door is without a row', async () => {
  const { session } = harness.office.database.prisma
  const sessions = await session.findMany()
  const found: Record<string, string> = {}
  for (const door of doors()) {
    await session.createMany({ data: sessions, skipDuplicates: true }) // a door may have led out
    const target = await newTarget(door)
    const answers: string[] = []
    for (const asker of askers) answers.push(await answerTo(door, asker, target))
    found[door.name] = answers.join(' ')
  }
  expect(found).toEqual(table)
}, 300_000)

/** A council of the commune with one member, who presides. */
async function newBody(): Promise<Pick<Target, 'body' | 'mandate' | 'officeHeld'>> {
  const { office, city } = harness
  const { viewer } = city.administrator
  const days = { from: '2026-04-01', until: '2031-04-01' }
  const fields = { kind: 'council' as const, name: 'Hội đồng Mẫu', term: '', unitId: city.communeId }
  const { id } = await office.bodies.create(viewer, { ...fields, ...days })
  const member = { userId: null, name: 'Đại Biểu Mẫu', position: '', mayVote: true }
  const members = [{ ...member, offices: ['chair' as const] }]
  await office.bodies.addMembers(viewer, { bodyId: id, members, ...days })
  const [mandate] = (await office.bodies.get(viewer, id)).mandates
  return { body: id, mandate: mandate?.id ?? '', officeHeld: mandate?.offices[0]?.id ?? '' }
}

/** Anew for each door that changes something, so that what one asker did is nothing to the next door. */
async function newTarget({ method, route, action }: Door): Promise<Target> {
  if (method === 'GET') return shared
  const { office, city } = harness
  if (route.startsWith('/bodies')) return { ...shared, ...(await newBody()) }
  if (route.includes('/minutes')) return { ...shared, meeting: shared.held }
  const { prisma } = office.database
  if (route.startsWith('/meetings/[id]')) {
    const guests = [{ name: 'Khách Mẫu', position: '', unitName: '' }]
    const { id, detail } = await planMeeting(office, city, { guests })
    const guest = detail.participants.find((one) => one.kind === 'person' && one.userId === null)?.id ?? ''
    if (action === 'endCall') await prisma.meeting.update({ where: { id }, data: { status: 'open' } })
    if (action === 'reopenCall')
      await prisma.meeting.update({ where: { id }, data: { status: 'ended', endedAt: new Date() } })
    return { ...shared, meeting: id, guest }
  }
  if (route !== '/admin/people') return shared
  const { administrator } = city
  const { person } = await office.people.create(administrator.viewer, {
    name: 'Người Được Hỏi Mẫu',
    email: `${randomUUID().slice(0, 8)}@mau.example`,
    unitId: city.communeId,
    role: 'official',
    position: '',
  })
  const role = { userId: person.id, role: 'clerk', unitId: city.communeId } as const
  if (action === 'withdraw') await office.roles.give(administrator.viewer, role)
  return { ...shared, person: person.id }
}

interface Door {
  name: string
  method: 'GET' | 'POST'
  /** Of a route file, without groups. */
  route: string
  kind: 'page' | 'data' | 'form' | 'endpoint'
  action: string
}

/** Every way in that the files of the routes make. */
function doors(): Door[] {
  const files = readdirSync(routesDir, { recursive: true, encoding: 'utf8' }).toSorted()
  return files.flatMap((file): Door[] => {
    const [, folder = '', name = ''] = /^(.*?)\/?([^/]+)$/.exec(file) ?? []
    const route = `/${folder}`.replaceAll(/\/\([^)]*\)/g, '') || '/'
    const source = () => readFileSync(join(routesDir, file), 'utf8')
    const door = (rest: Omit<Door, 'route'>): Door => ({ ...rest, route })
    if (name === '+page.svelte') {
      return [
        door({ name: `GET ${route}`, method: 'GET', kind: 'page', action: '' }),
        door({ name: `GET ${route} (data)`, method: 'GET', kind: 'data', action: '' }),
      ]
    }
    if (name === '+page.server.ts') {
      const [, actions = ''] = source().split(/^export const actions[^=]*= \{$/m)
      return [...actions.matchAll(/^ {2}(\w+)(?::|\()/gm)].map(([, action = '']) =>
        door({ name: `POST ${route}?/${action}`, method: 'POST', kind: 'form', action }),
      )
    }
    if (name === '+server.ts') {
      return [...source().matchAll(/^export (?:const|function|async function) ([A-Z]+)/gm)].map(
        ([, method]) => {
          if (method !== 'GET' && method !== 'POST')
            throw new Error(`${file} answers ${method}: teach the walk`)
          return door({ name: `${method} ${route}`, method, kind: 'endpoint', action: '' })
        },
      )
    }
    return []
  })
}

function pathOf({ route, kind, action, method }: Door, target: Target): string {
  const meeting = /attendance|minutes/.test(route) ? shared.held : target.meeting
  const path = route
    .replace(/^\/recordings\/\[id\]/, `/recordings/${shared.recording}`)
    .replace('/bodies/[id]', `/bodies/${target.body}`)
    .replace('/people/[id]', `/people/${target.person}`)
    .replace('[id]', meeting)
    .replace('[key]', 'setupLinkHours')
    .replace('[token]', 'x'.repeat(43))
    .replace('[...path]', method === 'GET' ? 'ok' : 'update-user')
  if (kind === 'data') return `${path === '/' ? '' : path}/__data.json`
  return kind === 'form' && action !== 'default' ? `${path}?/${action}` : path
}

async function answerTo(door: Door, asker: Asker, target: Target): Promise<string> {
  const path = pathOf(door, target)
  const plan = {
    ...{ unitId: harness.city.unitId, kind: 'briefing', sites: [], chairUserId: harness.city.chair.userId },
    ...{ startsAtMs: Date.now(), endsAtMs: Date.now() + 3_600_000 },
  }
  const isJson = door.kind === 'endpoint' && door.method === 'POST' && door.route !== '/preferences'
  const sent =
    door.method === 'GET'
      ? {}
      : isJson
        ? { body: JSON.stringify({ plan }) }
        : { body: new URLSearchParams(fieldsOf(door, target)).toString() }
  const { status, headers, text } = await ask(harness.url, path, {
    method: door.method,
    cookie: cookies[asker],
    ...sent,
    headers: {
      origin: new URL(harness.url).origin,
      accept: door.kind === 'page' ? 'text/html' : 'application/json',
      'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
      ...(door.kind === 'form' ? { 'x-sveltekit-action': 'true' } : {}),
    },
  })
  const location = headers.get('location') ?? ''
  if (status !== 200 || (door.kind !== 'data' && door.kind !== 'form')) return letterOf(status, location)
  // The pages' own way to ask: what was said is in the answer.
  const told = Told.parse(JSON.parse(text.split('\n')[0] ?? ''))
  if (told.type === 'redirect') return letterOf(303, told.location)
  const broken = told.nodes?.find((node) => node?.type === 'error')
  return letterOf(broken?.error?.status ?? told.status ?? 200, '')
}

const Told = z.object({
  type: z.string(),
  location: z.string().default(''),
  status: z.number().optional(),
  nodes: z
    .array(z.object({ type: z.string(), error: z.object({ status: z.number() }).optional() }).nullable())
    .optional(),
})

function letterOf(status: number, location: string): string {
  if (status === 401 || location.startsWith('/login?next=')) return 'L'
  if (location.startsWith('/second-factor?next=')) return 'F'
  if (location === `/meetings/${shared.meeting}/call`) return 'C'
  if (status === 404) return 'a'
  if (status === 403) return 'r'
  if (status >= 500) return String(status)
  return 'y'
}

function fieldsOf({ route, action }: Door, target: Target): Record<string, string> {
  const { guest, person, site, mandate, officeHeld } = target
  const unitId = harness.city.communeId
  const days = { from: '2026-04-01', lastDay: '2031-03-31' }
  const member = { name: 'Đại Biểu Khác', position: '', userId: '', mayVote: 'yes' }
  switch (`${route} ${action}`) {
    case '/meetings/[id] respond':
      return { response: 'accepted' }
    case '/meetings/[id] cancel':
      return { reason: 'Có việc đột xuất' }
    case '/meetings/[id] makeLink':
    case '/meetings/[id] revokeLink':
      return { participantId: guest }
    case '/admin/storage unitQuota':
      return { unitId: harness.city.communeId, quotaGb: '0' }
    case '/ keepRecording':
    case '/meetings/[id] keepRecording':
      return { recordingId: shared.recording, reason: 'Mẫu' }
    case '/meetings/[id] retryRecording':
    case '/meetings/[id] releaseRecording':
    case '/meetings/[id] deleteRecording':
    case '/admin/storage deleteRecording':
      return { recordingId: shared.recording }
    case '/admin/people create':
      return {
        name: 'Mẫu',
        email: `${randomUUID().slice(0, 8)}@mau.example`,
        unitId,
        role: 'official',
        position: '',
      }
    case '/admin/people newLink':
      return { userId: person, name: 'Mẫu' }
    case '/admin/people role':
      return { userId: person, unitId, role: 'secretary', position: '' }
    case '/admin/people resetSecondFactor':
      return { userId: person }
    case '/admin/people give':
    case '/admin/people withdraw':
      return { userId: person, role: 'clerk', unitId }
    case '/admin/people change':
      return {
        userId: person,
        name: 'Mẫu',
        email: 'a@mau.example',
        emailBefore: 'a@mau.example',
        emailRepeat: '',
      }
    case '/admin/people disable':
      return { userId: person, isDisabled: 'true' }
    case '/bodies create':
    case '/bodies/[id] change':
      return { unitId, kind: 'council', name: 'Hội đồng Mẫu', term: '', ...days }
    case '/bodies/[id] addMember':
      return { ...member, office: '', ...days }
    case '/bodies/[id] addMembers':
      return { rows: 'Đại Biểu Khác, Ủy viên', mayVote: 'yes', ...days }
    case '/bodies/[id] changeMember':
      return { ...member, mandateId: mandate, endReason: '', ...days }
    case '/bodies/[id] endMember':
      return { mandateId: mandate, lastDay: '2026-12-31', endReason: 'x' }
    case '/bodies/[id] removeMember':
      return { mandateId: mandate }
    case '/bodies/[id] giveOffice':
      return { mandateId: mandate, office: 'secretary', ...days }
    case '/bodies/[id] endOffice':
      return { officeId: officeHeld, lastDay: '2026-12-31' }
    case '/admin/sites create':
      return { unitId, name: 'Phòng mẫu', location: '' }
    case '/admin/sites change':
      return { unitId, siteId: site, name: 'Phòng mẫu', location: '' }
    case '/admin/units correct':
      return { unitId, kind: 'Phường', name: 'Hoàn Kiếm', code: 'X1' }
    case '/admin/settings/[key] change':
      return { value: '24', source: 'x', reason: 'x', validFrom: '', seenId: '99' }
    case '/admin/settings/[key] withdraw':
      return { changeId: '1', seenId: '99' }
    case '/meetings/new default':
    case '/meetings/[id]/edit default':
      return { plan: JSON.stringify(planOf()), status: 'scheduled', version: '99' }
    case '/meetings/[id]/minutes return':
      return { note: 'x' }
    default:
      return { version: '99', restored: '1' }
  }
}

function planOf(): MeetingPlan {
  return {
    unitId: harness.city.unitId,
    kind: 'briefing',
    title: 'Họp mẫu',
    description: '',
    place: '',
    startsAtMs: Date.now(),
    endsAtMs: Date.now() + 3_600_000,
    isRecordingPlanned: false,
    isDeclaredUnclassified: true,
    overrideReason: 'Họp đột xuất',
    chairUserId: harness.city.chair.userId,
    secretaryUserId: harness.city.secretary.userId,
    people: [],
    guests: [],
    unitIds: [],
    sites: [],
    agenda: [],
  }
}

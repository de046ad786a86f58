import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CallMember } from '../testing/callMember.ts'
import { newCity, guestCookie, startOffice, planMeeting, type Office } from '../testing/city.ts'
import { ask, sendForm } from '../testing/pageRequest.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { startPostgres, startRedis } from '../testing/servers.ts'

const patient = { timeout: 30_000, interval: 50 }

/** A platform in one of its shapes; `urls` are its web nodes. */
interface Topology {
  urls: readonly string[]
  office: Office
  end(): Promise<void>
}

/** One start: calls in one process and pages in another, the embedded database, the bus in memory and on a socket file. */
async function startAllInOne(): Promise<Topology> {
  const platform = await startPlatformProcess({ MEDIA_ENGINE: 'fake' }, 90_000)
  const office = await startOffice(platform.dataDir)
  return {
    urls: [platform.url],
    office,
    async end() {
      await office.close()
      await platform.stop()
      platform.remove()
    },
  }
}

/** Real PostgreSQL and Redis; two nodes with pages and signalling, one with pages alone, one for media, one recorder. */
async function startSplit(): Promise<Topology> {
  const folder = mkdtempSync(join(tmpdir(), 'diem-cau-split-'))
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const nodes: PlatformProcess[] = []
  const end = async () => {
    await office?.close()
    await Promise.all(nodes.map((node) => node.stop()))
    await Promise.all([postgres.stop(), redis.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
  let office: Office | undefined
  try {
    const shared = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      DATA_DIR: folder,
      MEDIA_ENGINE: 'fake',
    }
    for (const ROLES of ['sfu', 'recorder', 'web,signalling', 'web,signalling', 'web'])
      nodes.push(await startPlatformProcess({ ...shared, ROLES }, 90_000))
    office = await startOffice(folder, postgres.url)
    return { urls: nodes.slice(2).map((node) => node.url), office, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** A whole meeting; everybody comes in through another web node, as a load balancer would have it. */
async function holdMeeting({ urls, office }: Topology) {
  const url = (place: number) => urls[place % urls.length] ?? ''
  const city = await newCity(office)
  const guests = [{ name: 'Tạ Văn Mẫu Khách', position: 'Chuyên gia', unitName: 'Viện Mẫu' }]
  const { id, detail } = await planMeeting(office, city, { guests })
  const guestId = detail.participants.find((one) => one.name === guests[0]?.name)?.id
  if (!guestId) throw new Error('The guest is not there')
  const chair = await CallMember.join(url(0), id, city.chair.cookie)
  const secretary = await CallMember.join(url(1), id, city.secretary.cookie)
  const delegate = await CallMember.join(url(2), id, city.delegate.cookie)
  const guest = await CallMember.join(url(1), id, await guestCookie(office, city, id, guestId))
  const everyone = [chair, secretary, delegate, guest]
  try {
    for (const one of everyone)
      await expect.poll(() => Object.keys(one.view?.participants ?? {}).length, patient).toBe(4)
    const roster = Object.values(guest.view?.participants ?? {}).map(({ role }) => role)

    await chair.post('Kính chào các đồng chí')
    await expect.poll(() => guest.chat, patient).toHaveLength(1)
    await guest.post('Xin chào')
    for (const one of everyone) await expect.poll(() => one.chat, patient).toHaveLength(2)

    await delegate.ask('hand:raise', {})
    await expect.poll(() => chair.sees(delegate)?.handRaisedAtMs ?? 0, patient).toBeGreaterThan(0)
    if (delegate.participantId) await chair.ask('hand:lower', { participantId: delegate.participantId })
    await expect.poll(() => guest.sees(delegate)?.handRaisedAtMs, patient).toBe(null)

    const micOn = { source: 'microphone', level: 'open' } as const
    await delegate.ask('source:set', micOn)
    await chair.ask('participants:muteAll', { forbidUnmute: true })
    await expect.poll(() => delegate.view?.isUnmuteForbidden, patient).toBe(true)
    const whileForbidden = await delegate.refusalOf('source:set', micOn)
    await chair.ask('participants:allowUnmute', {})
    const onceAllowed = await delegate.refusalOf('source:set', micOn)
    const byDelegate = await delegate.refusalOf('participants:muteAll', { forbidUnmute: false })

    const [first] = chair.view?.agenda ?? []
    if (first) await chair.ask('agenda:start', { itemId: first.id })
    await expect.poll(() => guest.view?.currentItemId, patient).toBe(first?.id)

    await chair.ask('participant:remove', { participantId: guestId, isBanned: true })
    await expect.poll(() => guest.closedWith, patient).toEqual(['removed'])
    await expect.poll(() => Object.keys(delegate.view?.participants ?? {}).length, patient).toBe(3)

    delegate.close()
    await expect.poll(() => chair.sees(delegate)?.isConnected, patient).toBe(false)
    const back = await CallMember.join(url(0), id, city.delegate.cookie)
    const chatOfReturned = back.chat
    await chair.ask('call:end', {})
    await expect.poll(() => back.closedWith, patient).toEqual(['meeting_ended'])
    const status = async () => (await office.meetings.get(city.secretary.viewer, id)).status
    await expect.poll(status, patient).toBe('ended')

    const { cookie } = city.secretary
    const list = await ask(url(1), `/api/meetings/${id}/attendance`, { cookie })
    const { rows } = JSON.parse(list.text) as { rows: { role: string; state: string; joinCount: number }[] }
    const csv = await ask(url(0), `/meetings/${id}/attendance.csv`, { cookie })
    const drafted = await sendForm(url(1), `/meetings/${id}?/createMinutes`, {}, { cookie })
    const minutes = await office.minutes.get(city.secretary.viewer, id)
    const pdf = await ask(url(0), `/meetings/${id}/minutes.pdf`, { cookie })
    return {
      roster: roster.toSorted(),
      chatOfReturned,
      whileForbidden,
      onceAllowed,
      byDelegate,
      attendance: rows.map(({ role, state, joinCount }) => `${role} ${state} ${joinCount}`).toSorted(),
      csv: [csv.status, csv.text.trim().split('\r\n').length],
      drafted: [drafted.status, drafted.headers.get('location') === `/meetings/${id}/minutes`],
      presentInMinutes: minutes?.content.present.length,
      itemsStarted: minutes?.content.items.map((item) => item.startedAtMs !== null),
      pdf: [pdf.status, pdf.text.slice(0, 5)],
    }
  } finally {
    for (const one of everyone) one.close()
  }
}

/** The same whatever the platform is made of. */
const expected: Awaited<ReturnType<typeof holdMeeting>> = {
  roster: ['chair', 'delegate', 'guest', 'secretary'],
  chatOfReturned: ['Kính chào các đồng chí', 'Xin chào'],
  whileForbidden: 'forbidden',
  onceAllowed: null,
  byDelegate: 'forbidden',
  attendance: ['chair present 1', 'delegate present 2', 'guest present 1', 'secretary present 1'],
  csv: [200, 8],
  drafted: [303, true],
  presentInMinutes: 2, // beside the chair and the secretary
  itemsStarted: [true, false],
  pdf: [200, '%PDF-'],
}

describe.each([
  ['all in one start, on the embedded database and its own bus', startAllInOne],
  ['split over five processes, on PostgreSQL and Redis', startSplit],
])('a whole meeting %s', (_name, start) => {
  it('goes as it should', async () => {
    const topology = await start()
    try {
      expect(await holdMeeting(topology)).toEqual(expected)
    } finally {
      await topology.end()
    }
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { CallMember } from '../../testing/callMember.ts'
import { CallPage } from '../../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../../testing/city.ts'
import { cameraFile, speechFile } from '../../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../../testing/platformProcess.ts'
import { startRelay, type Relay } from '../../testing/relay.ts'
import { startPostgres, startRedis } from '../../testing/servers.ts'
import type { Benchmark, Metric } from '../metric.ts'
import { lasting } from '../processCpu.ts'

const faultMs = 60_000
/** How long a voice that goes on is listened to. */
const listenMs = 20_000
const topologies = {
  'one process': ['web,signalling,sfu,recorder'],
  split: ['web,signalling', 'sfu'],
} as const

interface Harness {
  platforms: PlatformProcess[]
  city: City
  office: Office
  database: Relay
  bus: Relay
}

/**
 * A call of two browsers on a PostgreSQL and a Redis that stop answering for a minute, or cannot be reached: the longest
 * time without a new picture, and how soon after the secretary's word a microphone is silent in the media.
 */
export const run: Benchmark = async (say) => {
  const metrics: Metric[] = []
  for (const [topology, roles] of Object.entries(topologies)) {
    const faults: [string, (harness: Harness) => () => void][] = [
      ['database holds every answer', ({ database }) => (database.hold(), () => database.release())],
      ['database is cut off', ({ database }) => (database.cut(), () => database.mend())],
      ['Redis holds every answer', ({ bus }) => (bus.hold(), () => bus.release())],
      ['Redis is cut off', ({ bus }) => (bus.cut(), () => bus.mend())],
    ]
    await withHarness(roles, async (harness) => {
      for (const [what, begin] of faults)
        metrics.push(...(await suffer(harness, `${topology}, ${what}`, begin, say)))
    })
  }
  return metrics
}

async function suffer(
  harness: Harness,
  name: string,
  begin: (harness: Harness) => () => void,
  say: (line: string) => void,
): Promise<Metric[]> {
  const { platforms, city, office } = harness
  const url = platforms[0]?.url ?? ''
  const meetingId = (await planMeeting(office, city)).id
  const chair = await CallPage.start(url, meetingId, city.chair.cookie, {
    camera: cameraFile('Chủ trì (mẫu)'),
  })
  await chair.join()
  const delegate = await CallPage.start(url, meetingId, city.delegate.cookie, {
    camera: cameraFile('Đại biểu (mẫu)', ['0x3d405b', '0x81b29a']),
    microphone: speechFile(
      'Báo cáo đồng chí chủ trì, phường đã hoàn thành các nhiệm vụ được giao trong tháng.',
    ),
  })
  await delegate.join()
  const secretary = new CallMember(url, meetingId, city.secretary.cookie)
  try {
    await secretary.join({ media: { rtpCapabilities: { codecs: [] } }, microphone: 'muted' })
    await chair.seesMoving(city.delegate.name)
    await delegate.seesMoving(city.chair.name)
    await lasting(3000)
    await Promise.all([watchGaps(chair.page, city.delegate.name), watchGaps(delegate.page, city.chair.name)])
    const end = begin(harness)
    const startedAtMs = performance.now()
    let muted = { silentAfterMs: Number.NaN, answer: '' }
    try {
      await lasting(faultMs / 2)
      muted = await muteInMedia(chair.page, secretary, city.delegate.name)
      await lasting(Math.max(0, faultMs - (performance.now() - startedAtMs)))
    } finally {
      end()
    }
    await lasting(20_000)
    const gaps = await Promise.all([longestGap(chair.page), longestGap(delegate.page)])
    say(
      `${name}: pictures ${gaps.map((ms) => Math.round(ms)).join(' and ')} ms, silent after ${muted.silentAfterMs} ms (${muted.answer})`,
    )
    return [
      {
        metric: `${name} for 60 s: longest gap in a picture`,
        value: Math.max(...gaps),
        unit: 'ms',
        goal: 1000,
        better: 'lower',
      },
      {
        metric: `${name}: a microphone is silent in the media after`,
        value: muted.silentAfterMs,
        unit: 'ms',
        goal: 300,
        better: 'lower',
      },
    ]
  } finally {
    secretary.close()
    await chair.close()
    await delegate.close()
  }
}

/** Says that the delegate is to be silent; resolves with the time until the last packet of the voice that came. */
async function muteInMedia(page: Page, secretary: CallMember, name: string) {
  const participant = Object.values(secretary.view?.participants ?? {}).find((one) => one.name === name)
  if (!participant) throw new Error('Nobody has that name')
  const silence = page.evaluate(untilSilent, listenMs)
  await lasting(1000) // until it looks
  const saidAtMs = Date.now()
  const muting = secretary.signal.request('participant:mute', {
    participantId: participant.id,
    source: 'microphone',
    level: 'muted',
  })
  const answering = muting.then(
    () => 'answered',
    (error: unknown) => String(error),
  )
  const silentAtMs = await silence
  const answer = await answering
  return { silentAfterMs: silentAtMs === null ? listenMs : Math.max(0, silentAtMs - saidAtMs), answer }
}

/** Runs in the page: notes the longest time between two pictures of somebody. */
function watchGaps(page: Page, name: string): Promise<void> {
  return page.evaluate((who) => {
    const gaps = { longestMs: 0, lastAtMs: performance.now() }
    Reflect.set(globalThis, 'gaps', gaps)
    const seen = new WeakSet<HTMLVideoElement>()
    const next = (video: HTMLVideoElement): void => {
      video.requestVideoFrameCallback(() => {
        gaps.longestMs = Math.max(gaps.longestMs, performance.now() - gaps.lastAtMs)
        gaps.lastAtMs = performance.now()
        next(video)
      })
    }
    setInterval(() => {
      const video = document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)
      if (!video || seen.has(video)) return
      seen.add(video)
      next(video)
    }, 50)
  }, name)
}

function longestGap(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { longestMs, lastAtMs } = Reflect.get(globalThis, 'gaps') as { longestMs: number; lastAtMs: number } // by watchGaps
    return Math.max(longestMs, performance.now() - lastAtMs)
  })
}

/** Runs in the page: when the last packet of a voice came before a second without any; null when they go on coming. */
async function untilSilent(forMs: number): Promise<number | null> {
  const connections = (Reflect.get(globalThis, 'keptConnections') ?? []) as RTCPeerConnection[] // by keepConnections
  const endsAtMs = Date.now() + forMs
  let packets = -1
  let lastAtMs = Date.now()
  while (Date.now() < endsAtMs) {
    let now = 0
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp' && report.kind === 'audio') now += report.packetsReceived
      }
    }
    if (now !== packets) {
      packets = now
      lastAtMs = Date.now()
    } else if (Date.now() - lastAtMs > 1500) return lastAtMs
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return null
}

async function withHarness(
  roles: readonly string[],
  work: (harness: Harness) => Promise<void>,
): Promise<void> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const [database, bus] = [await startRelay(postgres.port), await startRelay(redis.port)]
  const folder = mkdtempSync(join(tmpdir(), 'diem-cau-faults-'))
  const platforms: PlatformProcess[] = []
  let office: Office | null = null
  try {
    for (const ROLES of roles) {
      const databaseUrl = new URL(postgres.url)
      databaseUrl.port = new URL(database.url).port
      platforms.push(
        await startPlatformProcess(
          {
            DATABASE_URL: databaseUrl.href,
            REDIS_URL: bus.url.replace('http', 'redis'),
            DATA_DIR: folder,
            ROLES,
            MEDIA_WORKERS: '1',
            LOG_LEVEL: 'info',
          },
          120_000,
        ),
      )
    }
    office = await startOffice(folder, postgres.url)
    const city = await newCity(office)
    await work({ platforms, city, office, database, bus })
  } finally {
    await office?.close()
    await Promise.all(platforms.map((platform) => platform.stop()))
    await Promise.all([database.close(), bus.close()])
    await Promise.all([postgres.stop(), redis.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}

import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { MeetingId } from '#contract/ids.ts'
import { CallMember } from '../testing/callMember.ts'
import { ask } from '../testing/pageRequest.ts'
import { callGuests, startPlatformHarness, type PlatformHarness } from './platformHarness.ts'
import { percentile, type Benchmark, type Metric } from './metric.ts'
import { lasting, watchCpu } from './processCpu.ts'

const connections = 20
const guests = 5
const warmMs = 4_000
const measuredMs = 20_000
/** Between two requests of one member. */
const everyMs = 100

/** What the readers' process is told: once. */
export interface ToPageLoad {
  connections: number
  url: string
  paths: string[]
  cookie: string
}

/** What it tells of each page. */
export interface FromPageLoad {
  status: number
  bytes: number
  tookMs: number
}

interface Stretch {
  /** Round trips of requests that touch the call's process alone, and of a hand, which is stored. */
  checkMs: number[]
  handMs: number[]
  /** As the call's process measures it, over timers of 10 ms. */
  loopP99Ms: number
  loopMaxMs: number
  cpuShare: number
  pages: FromPageLoad[]
}

/**
 * What reading pages does to a call: members of a call ask and raise hands at a steady rate, first alone, then while 20
 * connections load pages of the office as fast as they come. Media are the fake engine's.
 */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake' })
  const members: CallMember[] = []
  let readers: ChildProcess | null = null
  try {
    const { meetingId, guestCookies } = await callGuests(harness, guests)
    for (const cookie of [harness.city.chair.cookie, ...guestCookies])
      members.push(await CallMember.join(harness.platform.url, meetingId, cookie))
    await measure(harness, members, [], warmMs)
    const quiet = await measure(harness, members, [], measuredMs)
    say(`nobody reads: ${told(quiet)}`)
    const pages: FromPageLoad[] = []
    readers = startReaders(harness, meetingId, pages)
    await lasting(warmMs)
    const busy = await measure(harness, members, pages, measuredMs)
    say(`${connections} connections read: ${told(busy)}`)
    const wrong = busy.pages.filter(({ status }) => status !== 200)
    if (wrong.length > 0) throw new Error(`${wrong.length} pages failed, the first with ${wrong[0]?.status}`)
    return report(quiet, busy)
  } finally {
    readers?.disconnect()
    for (const member of members) member.close()
    await harness.close()
  }
}

function startReaders(harness: PlatformHarness, meetingId: MeetingId, pages: FromPageLoad[]): ChildProcess {
  const child = fork(join(import.meta.dirname, 'pageLoadProcess.ts'))
  child.on('message', (page: FromPageLoad) => pages.push(page))
  const load: ToPageLoad = {
    connections,
    url: harness.platform.url,
    paths: [
      '/',
      '/meetings',
      `/meetings/${meetingId}`,
      `/meetings/${meetingId}/call`,
      '/meetings/new',
      '/account',
    ],
    cookie: harness.city.secretary.cookie,
  }
  child.send(load)
  return child
}

async function measure(
  { platform }: PlatformHarness,
  members: readonly CallMember[],
  pages: FromPageLoad[],
  durationMs: number,
): Promise<Stretch> {
  const checkMs: number[] = []
  const handMs: number[] = []
  await loopDelay(platform.url) // begins its count anew
  const cpu = watchCpu({ server: platform.process.pid ?? 0 })
  const first = pages.length
  const endsAtMs = performance.now() + durationMs
  await Promise.all(members.map((member, place) => beActive(member, place * (everyMs / members.length))))
  const { cpu: used, seconds } = cpu()
  return {
    checkMs,
    handMs,
    ...(await loopDelay(platform.url)),
    cpuShare: (used['server'] ?? Number.NaN) / seconds,
    pages: pages.slice(first),
  }

  async function beActive(member: CallMember, delayMs: number): Promise<void> {
    await lasting(delayMs)
    for (let turn = 0; performance.now() < endsAtMs; turn++) {
      const due = lasting(everyMs)
      const startedAtMs = performance.now()
      // Every five seconds: more is more than a person may.
      const hand = turn % 50 === 0 ? 'hand:raise' : turn % 50 === 25 ? 'hand:lower' : null
      await member.ask(hand ?? 'connection:check', {})
      ;(hand === null ? checkMs : handMs).push(performance.now() - startedAtMs)
      await due
    }
  }
}

async function loopDelay(url: string): Promise<{ loopP99Ms: number; loopMaxMs: number }> {
  const { text } = await ask(url, '/metrics')
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) * 1000
  return {
    loopP99Ms: read('nodejs_eventloop_lag_p99_seconds'),
    loopMaxMs: read('nodejs_eventloop_lag_max_seconds'),
  }
}

function told({ checkMs, handMs, loopP99Ms, loopMaxMs, cpuShare, pages }: Stretch): string {
  const of = (samples: number[]) =>
    [0.5, 0.95, 1].map((fraction) => percentile(samples, fraction).toFixed(1)).join(' / ')
  const read =
    pages.length === 0 ? '' : `; ${pages.length} pages in ${of(pages.map((page) => page.tookMs))} ms`
  return (
    `acks ${of(checkMs)} ms, of hands ${of(handMs)} ms (p50 / p95 / max); event loop p99 ${loopP99Ms.toFixed(1)}, ` +
    `max ${loopMaxMs.toFixed(1)} ms, ${(cpuShare * 100).toFixed(0)} % of a core${read}`
  )
}

function report(quiet: Stretch, busy: Stretch): Metric[] {
  const figure = (metric: string, value: number, unit: string, goal: number | null = null): Metric => ({
    metric,
    value,
    unit,
    goal,
    better: 'lower',
  })
  const meanBytes = busy.pages.reduce((sum, page) => sum + page.bytes, 0) / busy.pages.length
  return [
    figure('ack while nobody reads, p50', percentile(quiet.checkMs, 0.5), 'ms'),
    figure('ack while nobody reads, p95', percentile(quiet.checkMs, 0.95), 'ms'),
    figure('ack while 20 connections read, p50', percentile(busy.checkMs, 0.5), 'ms'),
    figure('ack while 20 connections read, p95', percentile(busy.checkMs, 0.95), 'ms', 20),
    figure('ack while 20 connections read, max', Math.max(...busy.checkMs), 'ms'),
    figure('ack of a hand while nobody reads, p95', percentile(quiet.handMs, 0.95), 'ms'),
    figure('ack of a hand while 20 connections read, p50', percentile(busy.handMs, 0.5), 'ms'),
    figure('ack of a hand while 20 connections read, p95', percentile(busy.handMs, 0.95), 'ms'),
    figure("event loop delay of the call's process while nobody reads, p99", quiet.loopP99Ms, 'ms'),
    figure("event loop delay of the call's process while 20 connections read, p99", busy.loopP99Ms, 'ms'),
    figure("event loop delay of the call's process while 20 connections read, max", busy.loopMaxMs, 'ms'),
    { ...figure('pages read', busy.pages.length / (measuredMs / 1000), '1/s'), better: 'higher' },
    figure(
      'page, p50',
      percentile(
        busy.pages.map((page) => page.tookMs),
        0.5,
      ),
      'ms',
    ),
    figure('bytes of a page, uncompressed, mean', meanBytes / 1024, 'KiB'),
  ]
}

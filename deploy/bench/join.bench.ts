import type { Page } from 'playwright-core'
import { call as texts } from '#web/call/call.vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { CallPage } from '../testing/callPage.ts'
import { signIn } from '../testing/city.ts'
import { cameraFile } from '../testing/pictures.ts'
import { clickEarly, probeCalls, readMarks, slowSocket, type CallMarks, type LineMarks } from './callProbe.ts'
import { callGuests, startPlatformHarness, type PlatformHarness } from './platformHarness.ts'
import { median, percentile, type Benchmark, type Metric } from './metric.ts'

const warmJoins = 16
const coldJoins = 16
const delayedJoins = 6
const delayedRoundTripMs = 80
/** So long that whatever the page does not wait for is answered well after the picture. */
const slowJoins = 3
const slowRoundTripMs = 3_000

interface Joins {
  harness: PlatformHarness
  viewer: TestBrowser
  url: string
  /** Cookies of those who have not joined yet. */
  guests: string[]
}

/**
 * From the click on the join button to the first decoded picture of somebody else, in real Chromium against the real
 * platform on loopback: the chair sends a 640×360 picture at 15 frames a second; guests with camera and microphone
 * come and go one by one, so that two pages are open at a time.
 */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ SEAT_SECONDS: '1' })
  let chair: CallPage | null = null
  let viewer: TestBrowser | null = null
  try {
    const { meetingId, guestCookies } = await callGuests(
      harness,
      1 + warmJoins + coldJoins + delayedJoins + slowJoins,
    )
    const camera = cameraFile('Chủ trì (mẫu)')
    chair = await CallPage.start(harness.platform.url, meetingId, harness.city.chair.cookie, { camera })
    await chair.join()
    viewer = await startBrowser({ camera })
    await probeCalls(viewer.context)
    const url = `${harness.platform.url}/meetings/${meetingId}/call`
    const joins: Joins = { harness, viewer, url, guests: [...guestCookies] }
    await warmJoin(joins, 0) // what is compiled and cached then
    const warm = await several(warmJoins, () => warmJoin(joins, 0))
    const cold = await several(coldJoins, () => coldJoin(joins))
    const delayed = await several(delayedJoins, () => warmJoin(joins, delayedRoundTripMs))
    const slow = await several(slowJoins, () => warmJoin(joins, slowRoundTripMs))
    return report({ warm, cold, delayed, slow }, say)
  } finally {
    await viewer?.close()
    await chair?.close()
    await harness.close()
  }
}

interface Series {
  warm: CallMarks[]
  cold: CallMarks[]
  delayed: CallMarks[]
  slow: CallMarks[]
}

function report({ warm, cold, delayed, slow }: Series, say: (line: string) => void): Metric[] {
  const afterClick = (of: (marks: CallMarks) => number) => (marks: CallMarks) => of(marks) - marks.clickedAtMs
  const toFrame = afterClick((marks) => marks.firstFrameAtMs)
  const warmTimes = warm.map(toFrame)
  const awaited = slow.map(awaitedRequests)
  const best = warm.toSorted((a, b) => toFrame(a) - toFrame(b))[0]
  say(`warm: ${warmTimes.map((ms) => Math.round(ms)).join(', ')} ms`)
  say(`cold: ${cold.map((marks) => Math.round(marks.firstFrameAtMs)).join(', ')} ms`)
  say(
    `with a round trip of ${delayedRoundTripMs} ms: ${delayed.map((m) => Math.round(toFrame(m))).join(', ')} ms`,
  )
  if (best) say(`the best of them: ${timeline(best)}`)
  if (delayed[0]) say(`the first of those: ${timeline(delayed[0])}`)
  for (const marks of slow) say(`with a round trip of ${slowRoundTripMs} ms: ${timeline(marks)}`)
  const ciphers = [...warm, ...cold].flatMap((marks) => marks.ciphers)
  say(`ciphers: ${[...new Set(ciphers)].join(', ')}`)
  const isGcm = ciphers.length > 0 && ciphers.every((cipher) => cipher.includes('GCM'))
  const ms = (metric: string, value: number): Metric => ({
    metric,
    value,
    unit: 'ms',
    goal: null,
    better: 'lower',
  })
  const p = (samples: number[], metric: string): Metric[] => [
    ms(`${metric}, p50`, percentile(samples, 0.5)),
    ms(`${metric}, p95`, percentile(samples, 0.95)),
  ]
  const addedMs = percentile(delayed.map(toFrame), 0.5) - percentile(warmTimes, 0.5)
  return [
    ...p(warmTimes, 'warm: click to first remote frame'),
    ms('warm: click to first remote frame, best', Math.min(...warmTimes)),
    ...p(warm.map(afterClick((marks) => ackOfJoin(marks))), 'warm: click to ack of the join'),
    ...p(warm.map(afterClick((marks) => marks.recv.sdpDoneAtMs)), 'warm: click to receiving negotiated'),
    ...p(warm.map(afterClick((marks) => marks.recv.connectedAtMs)), 'warm: click to receiving connected'),
    ...p(warm.map(afterClick((marks) => marks.connectedAtMs)), 'warm: click to media connected'),
    ...p(
      cold.map((marks) => marks.firstFrameAtMs),
      'cold: navigation to first remote frame',
    ),
    ...p(
      cold.map((marks) => marks.clickedAtMs),
      'cold: navigation to join button',
    ),
    ...p(cold.map(toFrame), 'cold: click to first remote frame'),
    ...p(delayed.map(toFrame), `warm, ${delayedRoundTripMs} ms round trip: click to first remote frame`),
    {
      metric: 'round trips of signalling before media flows',
      value: median(awaited.map((names) => names.length)),
      unit: 'requests',
      goal: 1,
      better: 'lower',
    },
    {
      metric: `round trips that a delay of ${delayedRoundTripMs} ms costs`,
      value: addedMs / delayedRoundTripMs,
      unit: 'round trips',
      goal: null,
      better: 'lower',
    },
    {
      metric: 'SRTP cipher in Chromium is AEAD_AES_*_GCM',
      value: isGcm ? 1 : 0,
      unit: '0 or 1',
      goal: 1,
      better: 'higher',
    },
  ]
}

/** What happened after the click, in milliseconds. */
function timeline(marks: CallMarks): string {
  const at = (atMs: number): number => Math.round(atMs - marks.clickedAtMs)
  const requests = marks.requests
    .filter((r) => r.sentAtMs >= marks.clickedAtMs && r.sentAtMs <= marks.firstFrameAtMs)
    .map((r) => `${r.name} ${at(r.sentAtMs)}…${r.ackedAtMs === null ? '' : at(r.ackedAtMs)}`)
  const line = ({ sdpBeganAtMs, sdpDoneAtMs, connectedAtMs }: LineMarks): string =>
    `SDP ${at(sdpBeganAtMs)}…${at(sdpDoneAtMs)}, connected ${at(connectedAtMs)}`
  const { recv, send, drawnAtMs, attachedAtMs, firstFrameAtMs } = marks
  return `receiving ${line(recv)}; sending ${line(send)}; drawn ${at(drawnAtMs)}, picture attached ${at(attachedAtMs)}, frame ${at(firstFrameAtMs)} ms; ${requests.join(', ')}`
}

/**
 * Requests that the page sent and had an answer to between the click and the first picture. With a slow socket that
 * is what the picture waited for.
 */
function awaitedRequests({ requests, clickedAtMs, firstFrameAtMs }: CallMarks): string[] {
  return requests
    .filter((r) => r.sentAtMs >= clickedAtMs && r.ackedAtMs !== null && r.ackedAtMs <= firstFrameAtMs)
    .map((r) => r.name)
}

function ackOfJoin({ requests }: CallMarks): number {
  return requests.find((request) => request.name === 'call:join')?.ackedAtMs ?? Number.NaN
}

async function several(count: number, measure: () => Promise<CallMarks>): Promise<CallMarks[]> {
  const all: CallMarks[] = []
  for (let sample = 0; sample < count; sample++) all.push(await measure())
  return all
}

/** The waiting room has settled: own picture moves, everything is loaded. Then the socket slows down, and the click. */
async function warmJoin(joins: Joins, roundTripMs: number): Promise<CallMarks> {
  return await withGuest(joins, async (page) => {
    await page.goto(joins.url, { waitUntil: 'networkidle' })
    await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
    if (roundTripMs > 0) await slowSocket(page, roundTripMs)
    await page.getByRole('button', { name: texts.join, exact: true }).click()
    return await readMarks(page)
  })
}

/** Nothing is cached, and the person presses the moment that the button is there. */
async function coldJoin(joins: Joins): Promise<CallMarks> {
  return await withGuest(joins, async (page) => {
    const devtools = await joins.viewer.context.newCDPSession(page)
    await devtools.send('Network.clearBrowserCache')
    await clickEarly(page, texts.join)
    await page.goto(joins.url, { waitUntil: 'commit' })
    return await readMarks(page)
  })
}

async function withGuest(joins: Joins, work: (page: Page) => Promise<CallMarks>): Promise<CallMarks> {
  const { context } = joins.viewer
  await context.clearCookies()
  const cookie = joins.guests.shift()
  if (cookie === undefined) throw new Error('No guest is left')
  await signIn(context, joins.harness.platform.url, cookie)
  const page = await context.newPage()
  try {
    return await work(page)
  } finally {
    await page.close()
  }
}

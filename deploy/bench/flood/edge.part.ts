import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { minutesDocument } from '#office/documents/minutesDocument.ts'
import { createDocumentRenderer } from '#office/documents/renderDocument.ts'
import { newMinutes } from '#office/documents/testing/testMinutes.ts'
import { bindingRequest, dtlsClientHello } from '#sfu/mediasoup/testing/ice.ts'
import { startPlatformHarness, type PlatformHarness } from '../platformHarness.ts'
import { lower, percentile, type Benchmark, type Metric } from '../metric.ts'
import { guessPasswords } from './guesses.ts'
import { watchVitals } from './vitals.ts'

const form = 'application/x-www-form-urlencoded'
const strays = 300_000

/** What strangers send to the edge: stray packets, forms of a million fields, log-ins; and a document of 3 MB. */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({
    MEDIA_WORKERS: '1',
    MEDIA_PORT: '42871',
    MEDIA_LISTEN: '127.0.0.1',
  })
  try {
    return [
      ...(await strayPackets(harness, 42871)),
      ...(await hugeForms(harness)),
      ...(await logIns(harness, say)),
      ...(await hugeDocument()),
    ]
  } finally {
    await harness.close()
  }
}

async function strayPackets({ platform }: PlatformHarness, port: number): Promise<Metric[]> {
  const watched = watchVitals(platform)
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const logged = Buffer.byteLength(platform.output())
  const kinds = [
    bindingRequest({ usernameFragment: 'nobody', password: 'no password' }),
    dtlsClientHello(),
    Buffer.alloc(200, 0x80), // RTP
    Buffer.concat([Buffer.from([0x80, 200]), Buffer.alloc(26)]), // RTCP
    Buffer.alloc(200, 0xff), // nothing that there is
  ]
  for (let count = 0; count < strays; count++) {
    socket.send(kinds[count % kinds.length] ?? '', port, '127.0.0.1')
    if (count % 50 === 0) await turn()
  }
  socket.close()
  const { healthMs, grownBytes } = await watched()
  return [
    lower(`${strays} stray packets: /healthz, p95`, percentile(healthMs, 0.95), 'ms', 50),
    lower(`${strays} stray packets: memory grown`, grownBytes / 1e6, 'MB', 100),
    lower(
      `${strays} stray packets: logged`,
      (Buffer.byteLength(platform.output()) - logged) / 1e3,
      'kB',
      100,
    ),
  ]
}

async function hugeForms({ platform }: PlatformHarness): Promise<Metric[]> {
  const watched = watchVitals(platform)
  const body = 'a=&'.repeat(1_300_000)
  const origin = platform.url
  const post = () =>
    fetch(`${origin}/login`, { method: 'POST', body, headers: { 'content-type': form, origin } })
      .then((answer) => answer.text())
      .catch(() => '') // refused before it was sent whole
  const startedAtMs = performance.now()
  await Promise.all(Array.from({ length: 8 }, post))
  const answeredMs = performance.now() - startedAtMs
  const page = performance.now()
  await (await fetch(`${origin}/login`)).text()
  const pageMs = performance.now() - page
  const { healthMs } = await watched()
  return [
    lower('8 forms of 1.3 million fields: /healthz, p95', percentile(healthMs, 0.95), 'ms', 50),
    lower('8 forms of 1.3 million fields: all answered after', answeredMs, 'ms', 500),
    lower('the page of signing in right after', pageMs, 'ms', 200),
  ]
}

async function logIns(harness: PlatformHarness, say: (line: string) => void): Promise<Metric[]> {
  const watched = watchVitals(harness.platform)
  const guesses = await guessPasswords(harness, 150)
  const { healthMs } = await watched()
  const statuses = new Map<number, number>()
  for (const { status } of guesses) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  say(`150 log-ins: ${[...statuses].map(([status, count]) => `${count}× ${status}`).join(', ')}`)
  const slowestMs = Math.max(...guesses.map(({ tookMs }) => tookMs))
  return [
    lower('150 log-ins at once: the slowest', slowestMs, 'ms', 6000),
    lower('150 log-ins at once: /healthz, p95', percentile(healthMs, 0.95), 'ms', 50),
  ]
}

async function hugeDocument(): Promise<Metric[]> {
  const tree = minutesDocument(newMinutes(), 'approved')
  const text = 'Nghe báo cáo. '.repeat(200)
  const paragraph = { type: 'paragraph' as const, align: 'left' as const, runs: [{ text, sizePt: 14 }] }
  const huge = { ...tree, sections: [{ nodes: Array<typeof paragraph>(1100).fill(paragraph) }] }
  const renderer = createDocumentRenderer()
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const startedAtMs = performance.now()
    await work.catch(() => undefined) // refused, as it should be
    return performance.now() - startedAtMs
  }
  const [refusedMs, besideMs] = await Promise.all([
    timed(renderer.render(huge, 'pdf', 'one')),
    timed(renderer.render(tree, 'pdf', 'another')),
  ])
  return [
    lower('PDF of 3 MB of minutes: refused after', refusedMs, 'ms', 10_000),
    lower('a usual PDF beside it', besideMs, 'ms', 3000),
  ]
}

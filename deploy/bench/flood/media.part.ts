import { readdirSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { CallMember } from '../../testing/callMember.ts'
import { CallPage } from '../../testing/callPage.ts'
import { planMeeting } from '../../testing/city.ts'
import { cameraFile } from '../../testing/pictures.ts'
import { startPlatformHarness, type PlatformHarness } from '../platformHarness.ts'
import { lower, percentile, type Benchmark, type Metric } from '../metric.ts'
import { lasting } from '../processCpu.ts'
import { guessPasswords } from './guesses.ts'
import { watchVitals } from './vitals.ts'

const mediaPort = 42872
const idle = 3000
const logIns = 150

/** Strangers who hold the media's TCP port, and who guess passwords while a call is recorded. */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({
    MEDIA_WORKERS: '1',
    MEDIA_PORT: String(mediaPort),
    MEDIA_LISTEN: '127.0.0.1',
  })
  try {
    return [...(await idleConnections(harness)), ...(await journalBesideLogIns(harness, say))]
  } finally {
    await harness.close()
  }
}

async function idleConnections({ platform }: PlatformHarness): Promise<Metric[]> {
  const watched = watchVitals(platform)
  const open = new Set<Socket>()
  try {
    for (let made = 0; made < idle; made++) {
      const socket = connect(mediaPort, '127.0.0.1')
      open.add(socket)
      socket.on('error', () => undefined) // its close follows
      socket.once('close', () => open.delete(socket))
      if (made % 50 === 0) await lasting(20)
    }
    await lasting(3000)
    const { healthMs, grownBytes } = await watched()
    return [
      lower(`${idle} idle connections to the media port: still open after 3 s`, open.size, '', 512),
      lower(
        `${idle} idle connections to the media port: /healthz, p95`,
        percentile(healthMs, 0.95),
        'ms',
        50,
      ),
      lower(`${idle} idle connections to the media port: memory grown`, grownBytes / 1e6, 'MB', 100),
    ]
  } finally {
    for (const socket of open) socket.destroy()
  }
}

/** The longest time in which the journal of a recording does not grow, in quiet and while passwords are hashed. */
async function journalBesideLogIns(harness: PlatformHarness, say: (line: string) => void): Promise<Metric[]> {
  const { platform, city, office } = harness
  const { id } = await planMeeting(office, city)
  const chair = new CallMember(platform.url, id, city.chair.cookie)
  const camera = cameraFile('Đại biểu (mẫu)')
  const delegate = await CallPage.start(platform.url, id, city.delegate.cookie, { camera })
  try {
    await chair.join({ media: { rtpCapabilities: { codecs: [] } }, microphone: 'muted' })
    await delegate.join()
    await chair.ask('recording:start', {})
    const folder = join(platform.dataDir, 'recordings', id)
    await lasting(5000)
    const quietMs = await longestStandstill(folder, lasting(5000))
    const hashingMs = await longestStandstill(
      folder,
      Promise.all([lasting(5000), guessPasswords(harness, logIns)]),
    )
    say(`the journal stood still for ${Math.round(quietMs)} ms in quiet, ${Math.round(hashingMs)} ms beside`)
    return [lower(`${logIns} log-ins at once: longest standstill of a journal`, hashingMs, 'ms', 1000)]
  } finally {
    chair.close()
    await delegate.close()
  }
}

async function longestStandstill(folder: string, meanwhile: Promise<unknown>): Promise<number> {
  const size = (): number => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names
      .filter((name) => name.endsWith('.journal'))
      .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  }
  let isOver = false
  const over = meanwhile.then(() => (isOver = true))
  const firstBytes = size()
  let bytes = firstBytes
  let grewAtMs = performance.now()
  let longestMs = 0
  while (!isOver) {
    await lasting(10)
    const now = size()
    longestMs = Math.max(longestMs, performance.now() - grewAtMs)
    if (now === bytes) continue
    bytes = now
    grewAtMs = performance.now()
  }
  await over
  if (bytes === firstBytes) throw new Error('Nothing was written to the journal')
  return longestMs
}

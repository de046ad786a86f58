import { setTimeout as sleep } from 'node:timers/promises'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { speechFile } from '../testing/pictures.ts'
import { startPlatformHarness } from './platformHarness.ts'
import { planMeeting } from '../testing/city.ts'
import type { Benchmark, Metric } from './metric.ts'

const mutedMs = [300, 1000, 1800, 3000, 8000]
/** For so long after it, second by second. */
const watchedSeconds = 12
const calmSeconds = 6

/**
 * How late a listener hears somebody after a mute: the time that sound waits in the listener's buffer, in real Chromium
 * over the whole platform on loopback. The worst second after the microphone is on again counts, from the second on:
 * the first has the gap itself.
 */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ MEDIA_WORKERS: '1' })
  const pages: CallPage[] = []
  try {
    const { id } = await planMeeting(harness.office, harness.city)
    const microphone = speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.')
    const start = async (
      cookie: string,
      options: Parameters<typeof CallPage.start>[3],
    ): Promise<CallPage> => {
      const page = await CallPage.start(harness.platform.url, id, cookie, options)
      pages.push(page)
      await page.join()
      return page
    }
    const speaker = await start(harness.city.chair.cookie, { microphone })
    const listener = await start(harness.city.delegate.cookie, { hasNoDevices: true })
    await sleep(calmSeconds * 1000)
    const metrics: Metric[] = [late('never muted', await delays(listener, calmSeconds, say, 'never muted'))]
    for (const ms of mutedMs) {
      await speaker.press(texts.micOff)
      await sleep(ms)
      await speaker.press(texts.micOn)
      const seconds = await delays(listener, watchedSeconds, say, `muted for ${ms} ms`)
      metrics.push(late(`muted for ${ms} ms`, seconds.slice(1)))
    }
    return metrics
  } finally {
    for (const page of pages) await page.close()
    await harness.close()
  }
}

function late(when: string, seconds: readonly number[]): Metric {
  return {
    metric: `sound waits in the listener's buffer, ${when}, worst second`,
    value: Math.max(...seconds),
    unit: 'ms',
    goal: 150,
    better: 'lower',
  }
}

/** The mean delay of each second that follows. */
async function delays(
  listener: CallPage,
  seconds: number,
  say: (line: string) => void,
  when: string,
): Promise<number[]> {
  const all: number[] = []
  let before = await read(listener)
  for (let second = 0; second < seconds; second++) {
    await sleep(1000)
    const now = await read(listener)
    const samples = now.count - before.count
    all.push(samples > 0 ? ((now.delaySeconds - before.delaySeconds) / samples) * 1000 : 0)
    before = now
  }
  say(`${when}: ${all.map((ms) => Math.round(ms)).join(', ')} ms`)
  return all
}

async function read(listener: CallPage): Promise<{ delaySeconds: number; count: number }> {
  const sounds = (await listener.stats('inbound-rtp')).filter(({ kind }) => kind === 'audio')
  return {
    delaySeconds: sounds.reduce((sum, { jitterBufferDelay }) => sum + Number(jitterBufferDelay), 0),
    count: sounds.reduce((sum, { jitterBufferEmittedCount }) => sum + Number(jitterBufferEmittedCount), 0),
  }
}

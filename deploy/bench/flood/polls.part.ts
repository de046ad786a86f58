import { startPlatformHarness } from '../platformHarness.ts'
import { percentile, type Benchmark } from '../metric.ts'
import { watchVitals } from './vitals.ts'

const askers = 64
const floodMs = 10_000

/** Strangers who open connections by long polling, or write to ones that do not exist, as fast as they are answered. */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake' })
  try {
    const { url } = harness.platform
    const watched = watchVitals(harness.platform)
    const statuses = new Map<number, number>()
    const endsAtMs = performance.now() + floodMs
    const ask = async (_none: unknown, asker: number): Promise<void> => {
      const path = `${url}/socket.io/?EIO=4&transport=polling`
      while (performance.now() < endsAtMs) {
        const answer = await (asker % 2 === 0
          ? fetch(path)
          : fetch(`${path}&sid=unknown`, { method: 'POST', body: '40'.repeat(4000) }))
        await answer.text()
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: askers }, ask))
    say(`polls: ${[...statuses].map(([status, count]) => `${count}× ${status}`).join(', ')}`)
    const { healthMs, grownBytes } = await watched()
    return [
      {
        metric: 'polls by strangers: /healthz, p95',
        value: percentile(healthMs, 0.95),
        unit: 'ms',
        goal: 50,
        better: 'lower',
      },
      {
        metric: 'polls by strangers: memory grown',
        value: grownBytes / 1e6,
        unit: 'MB',
        goal: 100,
        better: 'lower',
      },
    ]
  } finally {
    await harness.close()
  }
}

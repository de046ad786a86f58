import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { percentile, type Benchmark } from '../metric.ts'
import { startPlatformHarness } from '../platformHarness.ts'
import { watchVitals } from './vitals.ts'

const execute = promisify(execFile)

/** Strangers who ask by long polling, as fast as they are answered. */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake' })
  try {
    const watched = watchVitals(harness.platform)
    const script = join(import.meta.dirname, 'pollers.ts')
    const { stdout } = await execute(process.execPath, [script, harness.platform.url])
    say(`polls by status: ${stdout.trim()}`)
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

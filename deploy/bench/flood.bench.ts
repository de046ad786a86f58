import { globSync } from 'node:fs'
import type { Benchmark, Metric } from './metric.ts'

/** Each part in `flood/` by itself, one after the other, so that what the one leaves behind does not blur the next. */
const parts = globSync('flood/*.part.ts', { cwd: import.meta.dirname }).sort()

/**
 * What strangers and single guests may cost, against the real platform in a process of its own. A part is a file
 * `flood/NAME.part.ts` that exports `run`, a benchmark like any other.
 */
export const run: Benchmark = async (say) => {
  const metrics: Metric[] = []
  for (const file of parts) {
    say(`· ${file}`)
    const part = (await import(`./${file}`)) as { run: Benchmark } // the files of that folder
    metrics.push(...(await part.run(say)))
  }
  return metrics
}

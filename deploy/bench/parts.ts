import { globSync } from 'node:fs'
import type { Benchmark, Metric } from './metric.ts'

/**
 * A benchmark of parts, one after the other, so that what the one leaves behind does not blur the next. A part is a file
 * `FOLDER/NAME.part.ts` that exports `run`, a benchmark like any other.
 */
export function runParts(folder: string): Benchmark {
  return async (say) => {
    const metrics: Metric[] = []
    for (const file of globSync(`${folder}/*.part.ts`, { cwd: import.meta.dirname }).sort()) {
      say(`· ${file}`)
      const part = (await import(`./${file}`)) as { run: Benchmark } // the files of that folder
      metrics.push(...(await part.run(say)))
    }
    return metrics
  }
}

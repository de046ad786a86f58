/** One measured figure, as `bench-results/NAME.json` lists it. */
export interface Metric {
  metric: string
  value: number
  unit: string
  /** What we want to reach; null while only the baseline counts. */
  goal: number | null
  better: 'lower' | 'higher'
}

/** A benchmark: measures, tells what it does through `say`, and returns its figures. */
export type Benchmark = (say: (line: string) => void) => Promise<Metric[]>

/** A figure of which less is better. */
export function lower(metric: string, value: number, unit: string, goal: number): Metric {
  return { metric, value, unit, goal, better: 'lower' }
}

/** The value below which `fraction` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return (
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * fraction) - 1))] ?? Number.NaN
  )
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5)
}

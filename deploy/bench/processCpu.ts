import { readdirSync, readFileSync } from 'node:fs'

/**
 * CPU seconds that a process has used so far in all its threads, from the scheduler's nanosecond counters (the ticks
 * of /proc/PID/stat are 10 ms, too coarse for a few joins). Threads that ended are not counted. Linux only.
 */
export function cpuSecondsOf(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  }
  return nanoseconds / 1e9
}

/** What processes used over one stretch of time. */
export interface CpuUse {
  seconds: number
  /** CPU seconds by the names that were given. */
  cpu: Record<string, number>
}

/** Begins a stretch; the returned function ends it. */
export function watchCpu(pids: Record<string, number>): () => CpuUse {
  const startedAtMs = performance.now()
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuSecondsOf(pid)] as const)
  return () => ({
    cpu: Object.fromEntries(before.map(([name, pid, used]) => [name, cpuSecondsOf(pid) - used])),
    seconds: (performance.now() - startedAtMs) / 1000,
  })
}

/** Lets a steady load run; benchmarks measure time, so they wait for it. */
export function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

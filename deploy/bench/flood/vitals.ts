import { readFileSync } from 'node:fs'
import type { PlatformProcess } from '../../testing/platformProcess.ts'

/** How a platform bore what was done to it. */
export interface Vitals {
  /** Answers to /healthz, in milliseconds. */
  healthMs: number[]
  /** How far the process's memory rose above what it was before. */
  grownBytes: number
}

const everyMs = 25

/**
 * Watches a platform until the returned function is called: its memory, and /healthz asked on the beat, whether the
 * answer before has come or not, so that one long silence counts as the many unanswered questions that it is.
 */
export function watchVitals({ url, process: { pid } }: PlatformProcess): () => Promise<Vitals> {
  const before = residentBytes(pid)
  const healthMs: number[] = []
  const asked: Promise<void>[] = []
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid))
    const atMs = performance.now()
    const note = (): void => void healthMs.push(performance.now() - atMs)
    asked.push(fetch(`${url}/healthz`).then((answer) => answer.text().then(note), note))
  }, everyMs)
  return async () => {
    clearInterval(timer)
    await Promise.all(asked)
    return { healthMs, grownBytes: most - before }
  }
}

function residentBytes(pid: number | undefined): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) * 1024
}

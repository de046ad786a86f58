import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, errorCodes } from '#contract/errors.ts'
import { RecordingFault, RecordingGaps } from '#contract/recorder.ts'
import type { Composed, ComposeOptions } from './compose.ts'

/** What a composition may take; all have defaults. */
export interface ComposeLimits {
  /** Data memory of each of its processes, in bytes (default 2 GiB). */
  memoryBytes?: number
  /** It makes no progress for this long: it hangs (default 5 minutes; ffmpeg by itself is given 2). */
  stallMs?: number
}

/** What the composing process is sent, once. */
export const ComposeTask = z.object({
  ffmpeg: z.string(),
  journals: z.array(z.string()),
  folder: z.string(),
  header: z.object({ title: z.string(), body: z.string() }),
  stoppedAtMs: z.number().nullable(),
  timeZone: z.string().optional(),
})
export type ComposeTask = z.infer<typeof ComposeTask>

const count = z.number()
const Report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), percent: z.number() }),
  z.object({
    type: z.literal('composed'),
    composed: z.object({
      path: z.string(),
      durationMs: z.number(),
      sizeBytes: z.number(),
      hasNetwork: z.boolean(),
      counts: z.object({
        frames: count,
        droppedFrames: count,
        lostPackets: count,
        damagedBatches: count,
        tornBytes: count,
      }),
      faults: z.array(RecordingFault.extend({ detail: z.string() })),
      gaps: RecordingGaps,
    }),
  }),
  z.object({ type: z.literal('failed'), code: z.enum(errorCodes).nullable(), reason: z.string() }),
])
/** What it says of itself. */
export type Report = z.infer<typeof Report>

const composer = join(import.meta.dirname, 'composer.ts')

/**
 * The composing process is what the system gives up first, waits for everybody else, cannot have more memory, and,
 * where the system lets us, has no network. What it starts inherits all of it.
 */
const fence = `
echo 1000 > /proc/self/oom_score_adj
ulimit -d "$1"; shift
for alone in "unshare --net" "unshare --map-root-user --net"; do
  if $alone true; then exec $alone nice -n 10 "$@"; fi
done
exec nice -n 10 "$@"`

/**
 * `compose` in a process of its own: what guests sent is parsed and decoded where it reaches neither the calls that
 * this process carries nor their memory, a secret or the database. Its processes end with it, and it with this one.
 * @param options.program the composing process (default the one that composes)
 * @throws AppError what `compose` says; the signal's reason; Error when it failed, died or hung
 */
export async function composeApart(
  options: ComposeOptions & { limits?: ComposeLimits; program?: string },
): Promise<Composed & { hasNetwork: boolean }> {
  const { signal, onProgress, limits = {}, program = composer, ...task } = options
  signal.throwIfAborted()
  const memoryKiB = Math.floor((limits.memoryBytes ?? 2 * 1024 ** 3) / 1024)
  const child = spawn(
    '/bin/sh',
    ['-c', fence, 'sh', String(memoryKiB), process.execPath, '--max-old-space-size=1024', program],
    // A group of its own, to be ended as one. Of our environment nothing: secrets are in it.
    { detached: true, env: { LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  )
  const ended = once(child, 'exit')
  const said: { last: Exclude<Report, { type: 'progress' }> | null; words: string } = {
    last: null,
    words: '',
  }
  let isStalled = false
  const end = (): void => endGroup(child)
  const stall = setTimeout(() => {
    isStalled = true
    end()
  }, limits.stallMs ?? 300_000)
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (text: string) => {
    said.words = (said.words + text).slice(-4_000)
  })
  child.on('message', (message) => {
    const report = Report.safeParse(message)
    if (!report.success) return
    stall.refresh()
    if (report.data.type === 'progress') onProgress(report.data.percent)
    else said.last ??= report.data
  })
  signal.addEventListener('abort', end, { once: true })
  try {
    child.send(ComposeTask.parse({ ...task, stoppedAtMs: task.stoppedAtMs ?? null }), () => undefined) // one that is gone says so by ending
    const [code, killedBy] = await ended
    if (child.connected) await once(child, 'disconnect')
    signal.throwIfAborted()
    if (said.last?.type === 'composed') return said.last.composed
    if (said.last?.code) throw new AppError(said.last.code, said.last.reason)
    const how = isStalled ? 'a stall' : String(killedBy ?? code)
    throw new Error(said.last?.reason ?? `composing ended with ${how}: ${said.words.trim()}`)
  } finally {
    clearTimeout(stall)
    signal.removeEventListener('abort', end)
    end()
  }
}

/** What it started is in its group, and may have outlived it. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // Nobody is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

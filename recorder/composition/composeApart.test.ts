import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { composeApart, type ComposeLimits } from './composeApart.ts'

async function outcomeOf(
  what: string,
  limits: ComposeLimits,
  abort = new AbortController(),
  stopAtProgress = false,
): Promise<{ error: string; progress: number[] }> {
  const progress: number[] = []
  const { signal } = abort
  const composing = composeApart({
    ...{ ffmpeg: 'ffmpeg', journals: [], folder: '', header: { title: what, body: '' }, signal, limits },
    program: join(import.meta.dirname, '../testing/hostileComposer.ts'),
    onProgress: (percent) => {
      progress.push(percent)
      if (stopAtProgress) abort.abort()
    },
  })
  const error = await composing.then(
    () => 'none',
    (reason: unknown) => String(reason),
  )
  return { error, progress }
}

/** One that ended and that nobody has asked about since is not alive. */
const isAlive = async (pid: number): Promise<boolean> => {
  try {
    return !/\) [ZX] /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('a composing process', () => {
  it('gets no more memory than it may have, whatever it asks for', async () => {
    const { error, progress } = await outcomeOf('eat', { memoryBytes: 700 * 1024 * 1024 })
    expect(error).toMatch(/composing ended with/)
    expect(progress.at(-1)).toBeGreaterThan(100)
    expect(progress.at(-1)).toBeLessThan(700)
  }, 30_000)

  it('that hangs is ended, with all that it began', async () => {
    const { error, progress } = await outcomeOf('hang', { stallMs: 8_000 })
    expect(error).toMatch(/a stall/)
    await expect.poll(() => isAlive(progress[0] ?? process.pid), { timeout: 20_000 }).toBe(false)
  }, 60_000)

  it('that is told to stop is ended, with all that it began', async () => {
    const { error, progress } = await outcomeOf('hang', {}, new AbortController(), true)
    expect(error).toMatch(/Abort/)
    await expect.poll(() => isAlive(progress[0] ?? process.pid), { timeout: 20_000 }).toBe(false)
  }, 60_000)

  it('that dies is told as such', async () => {
    expect((await outcomeOf('die', {})).error).toMatch(/SIGKILL/)
  }, 30_000)

  it('sees nothing of our environment', async () => {
    const { error } = await outcomeOf('look', {})
    const { env } = JSON.parse(error.replace('Error: ', '')) as { env: string[] }
    expect(env.filter((key) => !['LC_ALL', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(key))).toEqual([])
  }, 30_000)

  it.skipIf(process.getuid?.() !== 0)(
    'sees no network',
    async () => {
      const { error } = await outcomeOf('look', {})
      expect(error).toContain('"networks":[]')
    },
    30_000,
  )
})

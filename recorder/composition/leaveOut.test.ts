import { describe, expect, it } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { leavingOut } from './leaveOut.ts'

const { signal } = new AbortController()

/** Work that fails as soon as one of some files takes part, and notes with what it was done. */
function refusing(isRefused: (files: readonly string[]) => boolean) {
  const done: string[][] = []
  const work = (files: readonly string[]): Promise<void> => {
    if (isRefused(files)) return Promise.reject(new Error(`refused ${files.join(' ')}`))
    done.push([...files])
    return Promise.resolve()
  }
  return { done, work }
}

describe('work that some files spoil', () => {
  it('is done once when none does', async () => {
    const { done, work } = refusing(() => false)
    expect(await leavingOut(['a', 'b'], signal, work)).toEqual([])
    expect(done).toEqual([['a', 'b']])
  })

  it('is done last without those that fail alone', async () => {
    const { done, work } = refusing((files) => files.includes('b') || files.includes('d'))
    const out = await leavingOut(['a', 'b', 'c', 'd'], signal, work)
    expect(out.map(({ file }) => file)).toEqual(['b', 'd'])
    expect(done.at(-1)).toEqual(['a', 'c'])
  })

  it('is done without any when only some together fail', async () => {
    const { done, work } = refusing((files) => files.length > 1)
    expect((await leavingOut(['a', 'b'], signal, work)).map(({ file }) => file)).toEqual(['a', 'b'])
    expect(done.at(-1)).toEqual([])
  })

  it('fails when it fails without any', async () => {
    const { work } = refusing(() => true)
    await expect(leavingOut(['a'], signal, work)).rejects.toThrow('refused')
  })

  it('fails at once on a full disk, and when nobody wants it any more', async () => {
    let tries = 0
    const full = (): Promise<void> => Promise.reject(new AppError('disk_full', `try ${++tries}`))
    await expect(leavingOut(['a', 'b'], signal, full)).rejects.toMatchObject({ code: 'disk_full' })
    expect(tries).toBe(1)
    const { work } = refusing(() => true)
    await expect(leavingOut(['a'], AbortSignal.abort(), work)).rejects.toThrow('refused')
  })
})

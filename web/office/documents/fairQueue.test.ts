import { describe, expect, it } from 'vitest'
import { FairQueue } from './fairQueue.ts'

describe('the queue of documents', () => {
  it('lets askers take turns, one place each', async () => {
    const queue = new FairQueue({ places: 2, maxWaitingEach: 4 })
    const begun: string[] = []
    const ends = new Map<string, () => void>()
    const ask = (asker: string, name: string) =>
      queue.run(asker, async () => {
        begun.push(name)
        await new Promise<void>((resolve) => ends.set(name, resolve))
      })
    const all = [ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1'), ask('c', 'c1')]
    await expect.poll(() => begun).toEqual(['a1', 'b1'])
    ends.get('b1')?.()
    await expect.poll(() => begun).toEqual(['a1', 'b1', 'c1'])
    ends.get('a1')?.()
    await expect.poll(() => begun).toEqual(['a1', 'b1', 'c1', 'a2'])
    ends.get('c1')?.()
    ends.get('a2')?.()
    await expect.poll(() => begun.at(-1)).toBe('a3')
    ends.get('a3')?.()
    await Promise.all(all)
  })

  it('says busy to whoever has enough waiting, and goes on after a failure', async () => {
    const queue = new FairQueue({ places: 1, maxWaitingEach: 1 })
    const { promise, reject } = Promise.withResolvers<void>()
    const first = queue.run('a', () => promise)
    const second = queue.run('a', () => Promise.resolve('done'))
    await expect(queue.run('a', () => Promise.resolve())).rejects.toMatchObject({ code: 'busy' })
    reject(new Error('broken'))
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBe('done')
  })
})

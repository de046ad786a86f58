import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiskStorage } from './storage.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function stored(content: string): Promise<DiskStorage> {
  const storage = new DiskStorage(join(folder, 'recordings'))
  const file = join(folder, 'finished')
  await writeFile(file, content)
  await storage.put('m1/r1/recording.mp4', file)
  return storage
}

describe('DiskStorage', () => {
  it('keeps the name of its disk, whoever asks first', async () => {
    const root = join(folder, 'recordings')
    const names = await Promise.all([1, 2, 3].map(() => new DiskStorage(root).diskId()))
    expect(new Set(names).size).toBe(1)
    expect(await new DiskStorage(root).diskId()).toBe(names[0])
    expect(await readdir(root)).toEqual(['disk-id'])
    expect(await new DiskStorage(join(folder, 'other')).diskId()).not.toBe(names[0])
  })

  it('moves a file in and gives back whole and parts', async () => {
    const storage = await stored('0123456789')
    expect(await readdir(folder)).toEqual(['recordings'])
    expect(await storage.size('m1/r1/recording.mp4')).toBe(10)
    const text = async (range?: { start: number; end?: number }): Promise<string> =>
      new Response((await storage.open('m1/r1/recording.mp4', range)).body).text()
    expect(await text()).toBe('0123456789')
    expect(await text({ start: 3, end: 5 })).toBe('345')
    expect(await text({ start: 7 })).toBe('789')
    expect(await text({ start: 7, end: 99 })).toBe('789')
    await expect(storage.open('m1/r1/recording.mp4', { start: 10 })).rejects.toMatchObject({
      code: 'bad_request',
      detail: { sizeBytes: 10 },
    })
  })

  it('gives nothing for keys that lead elsewhere or to nothing', async () => {
    const storage = await stored('x')
    await writeFile(join(folder, 'secret'), 'x')
    for (const key of [
      '../secret',
      'm1/../../secret',
      '/etc/hostname',
      'm1/r1/none.mp4',
      'm1//r1',
      '',
      'm1/r1/..',
    ]) {
      await expect(storage.open(key)).rejects.toMatchObject({ code: 'not_found' })
    }
    await storage.delete('m1/r1/recording.mp4')
    await storage.delete('m1/r1/recording.mp4')
    await expect(storage.size('m1/r1/recording.mp4')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('closes the file of a reader who goes away', async () => {
    const storage = await stored('x'.repeat(2_000_000))
    const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length
    const before = await open()
    for (let i = 0; i < 20; i += 1) {
      const { body } = await storage.open('m1/r1/recording.mp4')
      const reader = body.getReader()
      await reader.read()
      await reader.cancel()
    }
    expect(await open()).toBeLessThan(before + 5)
  })
})

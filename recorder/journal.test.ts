import { appendFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalWriter, readJournal, type JournalEnd } from './journal.ts'
import type { JournalEntry } from './journalFormat.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function readAll(path: string): Promise<{ entries: JournalEntry[]; end: JournalEnd }> {
  const entries: JournalEntry[] = []
  const reader = readJournal(path)
  for (;;) {
    const step = await reader.next()
    if (step.done) return { entries, end: step.value }
    entries.push(...step.value)
  }
}

const fail = (error: unknown): void => {
  throw error
}

/** A journal of `batches` batches of ten packets; the size of the file after each batch. */
async function writeBatches(path: string, batches: number): Promise<number[]> {
  const sizes: number[] = []
  const writer = await JournalWriter.create(path, fail, { writeEveryMs: 1 })
  for (let batch = 0; batch < batches; batch += 1) {
    for (let i = 0; i < 10; i += 1) writer.packet(batch, 1_000 + i, Buffer.alloc(50 + i, i))
    const before = sizes.at(-1) ?? 8
    await expect.poll(() => writer.writtenBytes, { interval: 1 }).toBeGreaterThan(before)
    sizes.push(writer.writtenBytes)
  }
  await writer.close()
  return sizes
}

describe('a journal', () => {
  it('gives back notes and packets in their order', async () => {
    const path = join(folder, 'a.journal')
    const writer = await JournalWriter.create(path, fail)
    writer.note({ type: 'clock', offsetMs: -3.25 })
    writer.packet(7, 1_795_000_000_123.5, Buffer.from('packet'))
    writer.note({ type: 'end', atMs: 5, reason: 'stopped' })
    await writer.close()
    await writer.close()
    const { entries, end } = await readAll(path)
    expect(entries).toEqual([
      { kind: 'note', note: { type: 'clock', offsetMs: -3.25 } },
      { kind: 'packet', stream: 7, arrivalMs: 1_795_000_000_123.5, rtp: Buffer.from('packet') },
      { kind: 'note', note: { type: 'end', atMs: 5, reason: 'stopped' } },
    ])
    expect(end).toEqual({ tornBytes: 0, damagedBatches: 0 })
  })

  it('is read up to the last good batch wherever a crash cut it', async () => {
    const path = join(folder, 'a.journal')
    const sizes = await writeBatches(path, 4)
    const whole = await readFile(path)
    for (let length = whole.length; length >= 0; length -= 37) {
      const torn = join(folder, 'torn.journal')
      await writeFile(torn, whole.subarray(0, length))
      const { entries, end } = await readAll(torn)
      const good = sizes.filter((size) => size <= length)
      expect(entries).toHaveLength(10 * good.length)
      if (length >= 8) expect(end.tornBytes).toBe(length - (good.at(-1) ?? 8))
    }
  })

  it('leaves out a batch whose checksum is wrong and reads the next', async () => {
    const path = join(folder, 'a.journal')
    const sizes = await writeBatches(path, 3)
    const file = await open(path, 'r+')
    await file.write(Buffer.from([0xff]), 0, 1, (sizes[0] ?? 0) + 40)
    await file.close()
    const { entries, end } = await readAll(path)
    expect(new Set(entries.flatMap((e) => (e.kind === 'packet' ? [e.stream] : [])))).toEqual(new Set([0, 2]))
    expect(end).toEqual({ tornBytes: 0, damagedBatches: 1 })
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 11])(
    'goes on after a batch whose head is wrong in byte %s',
    async (byte) => {
      const path = join(folder, 'a.journal')
      const sizes = await writeBatches(path, 4)
      const whole = await readFile(path)
      for (const [batch, from] of [8, ...sizes.slice(0, 3)].entries()) {
        const damaged = Buffer.from(whole)
        damaged[from + byte] = (damaged[from + byte] ?? 0) ^ 0x11
        await writeFile(path, damaged)
        const { entries, end } = await readAll(path)
        // What is damaged is told where it lies; at the end a crash may have cut it as well.
        const told = batch < 3 || end.damagedBatches > 0 ? ['damage'] : []
        expect(entries.map((e) => (e.kind === 'packet' ? e.stream : e.kind))).toEqual(
          [0, 1, 2, 3].flatMap<string | number>((n) =>
            n === batch ? told : Array.from({ length: 10 }, () => n),
          ),
        )
        expect(end.damagedBatches + end.tornBytes).toBeGreaterThan(0)
      }
    },
  )

  it.each([
    ['one byte of the mark of a journal', 3, 1],
    ['all up to the middle of the second batch', 0, null],
  ])('is read after damage to %s', async (_what, from, length) => {
    const path = join(folder, 'a.journal')
    const sizes = await writeBatches(path, 4)
    const damaged = await readFile(path)
    damaged.fill(0x11, from, length === null ? (sizes[0] ?? 0) + 40 : from + length)
    await writeFile(path, damaged)
    const { entries, end } = await readAll(path)
    const good = length === null ? [2, 3] : [0, 1, 2, 3]
    expect(entries.map((e) => (e.kind === 'packet' ? e.stream : e.kind))).toEqual([
      'damage',
      ...good.flatMap((n) => Array.from({ length: 10 }, () => n)),
    ])
    expect(end).toEqual({ tornBytes: 0, damagedBatches: 1 })
  })

  it('stops at garbage, at an absurd length and at a file that is being written', async () => {
    const path = join(folder, 'a.journal')
    const sizes = await writeBatches(path, 2)
    await appendFile(path, Buffer.from('44436a21ffffffff00000000', 'hex'))
    expect((await readAll(path)).entries).toHaveLength(20)
    await truncate(path, sizes[1])
    await appendFile(path, Buffer.alloc(100))
    expect((await readAll(path)).end.tornBytes).toBe(100)
    await writeFile(path, 'something else altogether')
    expect(await readAll(path)).toEqual({ entries: [], end: { tornBytes: 25, damagedBatches: 0 } })
  })

  it('drops packets rather than memory when the disk does not keep up', async () => {
    const path = join(folder, 'a.journal')
    const writer = await JournalWriter.create(path, fail, { writeEveryMs: 60_000, maxWaitingBytes: 1_000 })
    for (let i = 0; i < 20; i += 1) writer.packet(0, 0, Buffer.alloc(87))
    expect(writer.droppedPackets).toBe(10)
    await writer.close()
    expect((await stat(path)).size).toBe(8 + 12 + 1_000)
  })
})

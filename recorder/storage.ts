import { randomUUID } from 'node:crypto'
import {
  copyFile,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  statfs,
  type FileHandle,
  link,
  readFile,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MeetingId, RecordingId } from '#contract/ids.ts'
import { AppError } from '#contract/errors.ts'

/** A part of a stored file; `end` is inclusive as in HTTP. */
export interface StoredRange {
  sizeBytes: number
  start: number
  end: number
  body: ReadableStream<Uint8Array>
}

/** Where recordings are kept. Keys are `<meeting>/<recording>/<file>`. */
export interface RecordingStorage {
  /** A folder of this machine for the journals of a recording and for composing it; made when it is not there. */
  workFolder(meetingId: MeetingId, recordingId: RecordingId): Promise<string>
  /** The folder of all work folders, `<meeting>/<recording>` below it. */
  readonly workRoot: string
  /** A name that the disk of the work folders keeps: who has the disk finds the journals. @throws AppError disk_full */
  diskId(): Promise<string>
  /** Bytes that may still be written into work folders. */
  freeBytes(): Promise<number>
  /** The disk of the work folders, in bytes. */
  disk(): Promise<{ freeBytes: number; totalBytes: number }>
  /** Moves a finished file in: whole or not at all. @throws AppError disk_full */
  put(key: string, localPath: string): Promise<void>
  /** @throws AppError not_found */
  size(key: string): Promise<number>
  /** @throws AppError not_found, bad_request when the range lies outside */
  open(key: string, range?: { start: number; end?: number }): Promise<StoredRange>
  /** Also when it is not there. */
  delete(key: string): Promise<void>
  /** Bytes that a recording holds beside its composed file: journals, and what is being composed. */
  journalBytes(meetingId: MeetingId, recordingId: RecordingId): Promise<number>
  /** All that there is of a recording, for good; also when some or all of it is gone. */
  deleteAll(meetingId: MeetingId, recordingId: RecordingId): Promise<void>
}

/** What a recording's composed file is called in its folder; each composition has a name of its own. */
export function composedName(composition: number): string {
  return `recording-${composition}.mp4`
}

/** Whether that is a composed file's name; before compositions were numbered there was one. */
export function isComposedName(name: string): boolean {
  return /^recording(-\d+)?\.mp4$/.test(name)
}

const keyPattern = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/

/** Recordings in a folder: `root/<meeting>/<recording>/…`, journals beside the composed file. */
export class DiskStorage implements RecordingStorage {
  readonly workRoot: string

  /** @param root made when it is first written to */
  constructor(root: string) {
    this.workRoot = root
  }

  async workFolder(meetingId: MeetingId, recordingId: RecordingId): Promise<string> {
    const folder = join(this.workRoot, meetingId, recordingId)
    await mkdir(folder, { recursive: true, mode: 0o750 })
    return folder
  }

  async diskId(): Promise<string> {
    const path = join(this.workRoot, 'disk-id')
    await mkdir(this.workRoot, { recursive: true, mode: 0o750 })
    try {
      // Of two that name it at once, one does; a name that is only half there is never read.
      const draft = `${path}.${randomUUID()}`
      await writeFile(draft, randomUUID(), { mode: 0o640 })
      await link(draft, path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
      await rm(draft, { force: true })
      return (await readFile(path, 'utf8')).trim()
    } catch (error) {
      throw isNoSpace(error) ? new AppError('disk_full', 'no room for a name', { cause: error }) : error
    }
  }

  async freeBytes(): Promise<number> {
    return (await this.disk()).freeBytes
  }

  async disk(): Promise<{ freeBytes: number; totalBytes: number }> {
    await mkdir(this.workRoot, { recursive: true, mode: 0o750 })
    const { bavail, blocks, bsize } = await statfs(this.workRoot)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  }

  async put(key: string, localPath: string): Promise<void> {
    const target = this.#pathOf(key)
    await mkdir(dirname(target), { recursive: true, mode: 0o750 })
    try {
      await syncFile(localPath)
      await rename(localPath, target).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EXDEV') throw error
        const near = `${target}.part`
        await copyFile(localPath, near)
        await syncFile(near)
        await rename(near, target)
        await rm(localPath)
      })
      await syncFile(dirname(target))
    } catch (error) {
      throw isNoSpace(error) ? new AppError('disk_full', 'no room for the file', { cause: error }) : error
    }
  }

  async size(key: string): Promise<number> {
    const path = this.#pathOf(key)
    return (await stat(path).catch(absent(key))).size
  }

  async open(key: string, range?: { start: number; end?: number }): Promise<StoredRange> {
    const path = this.#pathOf(key)
    const file = await open(path, 'r').catch(absent(key))
    try {
      const sizeBytes = (await file.stat()).size
      const start = range?.start ?? 0
      const end = Math.min(range?.end ?? sizeBytes - 1, sizeBytes - 1)
      if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end) {
        throw new AppError('bad_request', 'the range lies outside of the file', { detail: { sizeBytes } })
      }
      return { sizeBytes, start, end, body: streamOf(file, start, end) }
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true })
  }

  async journalBytes(meetingId: MeetingId, recordingId: RecordingId): Promise<number> {
    const folder = this.#pathOf(`${meetingId}/${recordingId}`)
    const names = await readdir(folder, { recursive: true }).catch(ifAbsent<string[]>([]))
    let bytes = 0
    for (const name of names) {
      if (isComposedName(name)) continue
      const found = await stat(join(folder, name)).catch(ifAbsent(null)) // it may be gone by now
      if (found?.isFile()) bytes += found.size
    }
    return bytes
  }

  async deleteAll(meetingId: MeetingId, recordingId: RecordingId): Promise<void> {
    const folder = this.#pathOf(`${meetingId}/${recordingId}`)
    await rm(folder, { recursive: true, force: true })
    // A power cut must not bring back what is said to be deleted.
    await syncFile(dirname(folder)).catch(ifAbsent(undefined))
  }

  #pathOf(key: string): string {
    if (!keyPattern.test(key) || key.includes('..')) throw new AppError('not_found', 'not a key')
    return join(this.workRoot, key)
  }
}

/** Whether an error says that the disk is full. */
export function isNoSpace(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
}

function absent(key: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === 'ENOENT' ? new AppError('not_found', `nothing is stored at ${key}`) : error
  }
}

function ifAbsent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error
    return instead
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Reads a part of a file as it is asked for; closes the file at its end and when nobody wants it any more. */
function streamOf(file: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { bytesRead, buffer } = await file.read(
          Buffer.allocUnsafe(Math.min(256 * 1024, end + 1 - at)),
          0,
          null,
          at,
        )
        at += bytesRead
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
        if (at > end || bytesRead === 0) {
          await file.close()
          controller.close()
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 1 },
  )
}

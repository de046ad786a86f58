import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import { MeetingId, RecordingId } from '#contract/ids.ts'
import { silentLog, type Log } from '#contract/log.ts'
import { RecorderEvent } from '#contract/recorder.ts'
import type { Database } from '#db/client.ts'
import { Jobs } from '#db/jobs.ts'
import { findRecording, type RecordingRow } from '#db/recordings.ts'
import { startTestDatabase } from '#db/testing/testDatabase.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { startRecorder, type RecorderConfig, type RecorderServer } from '../server.ts'
import { DiskStorage } from '../storage.ts'

/** A recorder on a real database, an in-memory bus and a folder of its own; for tests. */
export interface RecorderHarness {
  database: Database
  bus: Bus
  storage: DiskStorage
  folder: string
  events: RecorderEvent[]
  recorder: RecorderServer
  /** Ends the recorder as a crash would, as far as the database can tell, and starts another. */
  restart(options?: { nodeId?: string }): Promise<void>
  ask(method: string, payload: unknown): Promise<unknown>
  /** A meeting and a recording in state starting, as signalling makes them. */
  newRecording(): Promise<{ recordingId: RecordingId; meetingId: MeetingId }>
  row(id: RecordingId): Promise<RecordingRow>
  close(): Promise<void>
}

/** The ffmpeg of this machine. */
export const ffmpegPath = 'ffmpeg'

/** @param options.root where recordings go (default a folder of its own); `ffmpeg`: another than this machine's */
export async function startRecorderHarness(
  options: { root?: string; config?: RecorderConfig; log?: Log; ffmpeg?: string } = {},
): Promise<RecorderHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'recorder-'))
  const { database, drop } = await startTestDatabase()
  const bus = new MemoryBus()
  const jobs = await Jobs.start({ database, log: silentLog, superviseSeconds: 1 })
  const storage = new DiskStorage(options.root ?? join(folder, 'recordings'))
  const events: RecorderEvent[] = []
  await bus.subscribe('recorder:events', (message) => events.push(RecorderEvent.parse(message)))
  let nodeId = 'recorder-a'
  const start = (): Promise<RecorderServer> =>
    startRecorder({
      nodeId,
      bus,
      database,
      jobs,
      storage,
      ffmpeg: options.ffmpeg ?? ffmpegPath,
      config: { reserveBytes: 0, recoverEveryMs: 200, ...options.config },
      log: options.log ?? silentLog,
      metrics: new Registry(),
    })
  const harness: RecorderHarness = {
    database,
    bus,
    storage,
    folder,
    events,
    recorder: await start(),
    async restart(change = {}) {
      await harness.recorder.close()
      nodeId = change.nodeId ?? nodeId
      harness.recorder = await start()
    },
    // Against what hangs: the machine may be busy.
    ask: (method, payload) => bus.request(`recorder:${nodeId}`, method, payload, { timeoutMs: 60_000 }),
    async newRecording() {
      const unit = await database.prisma.unit.create({
        data: {
          code: randomUUID(),
          name: 'Ủy ban nhân dân Thành phố',
          nameSearch: 'uy ban',
          level: 'city',
          kind: 'ủy ban',
          validFrom: new Date('2025-07-01'),
        },
      })
      const meeting = await database.prisma.meeting.create({
        data: {
          unitId: unit.id,
          kind: 'briefing',
          title: 'Họp giao ban công tác tháng 11',
          titleSearch: 'hop giao ban',
          startsAt: new Date(),
          endsAt: new Date(Date.now() + 3_600_000),
          status: 'open',
        },
      })
      const recordingId = RecordingId.parse(randomUUID())
      await database.prisma.recording.create({
        data: { id: recordingId, meetingId: meeting.id, approvedByName: 'Chủ trì', startedAt: new Date() },
      })
      return { recordingId, meetingId: MeetingId.parse(meeting.id) }
    },
    async row(id) {
      const row = await findRecording(database, id)
      if (!row) throw new Error('the recording is gone')
      return row
    },
    async close() {
      await harness.recorder.close()
      await jobs.close()
      await bus.close()
      await drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return harness
}

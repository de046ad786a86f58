import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordingsOfMeeting } from '#db/recordings.ts'
import { CallMember } from '../../testing/callMember.ts'
import { newCity, startOffice, planMeeting } from '../../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../../testing/platformProcess.ts'
import { startPostgres, startRedis } from '../../testing/servers.ts'
import type { Benchmark, Metric } from '../metric.ts'
import { lasting } from '../processCpu.ts'

const awayMs = 2_500
const pausedMs = 10_000
const startMs = 240_000

/**
 * What a recording loses when its recorder is killed and comes back, is paused, or is ended in good order beside another;
 * recorders of one disk, in processes of their own. What counts is when a journal is written again, and that it stays one
 * recording.
 */
export const run: Benchmark = async (say) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'diem-cau-faults-'))
  const postgres = await startPostgres()
  const redis = await startRedis()
  const running: PlatformProcess[] = []
  const start = async (ROLES: string, env: Record<string, string> = {}): Promise<PlatformProcess> => {
    const shared = {
      DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      MEDIA_ENGINE: 'fake',
    }
    const platform = await startPlatformProcess({ ...shared, ROLES, ...env }, startMs)
    running.push(platform)
    return platform
  }
  try {
    const home = await start('web,signalling,sfu')
    const office = await startOffice(dataDir, postgres.url)
    try {
      const city = await newCity(office)
      const { id } = await planMeeting(office, city)
      let recorder = await start('recorder', { NODE_ID: 'recorder-1' })
      const chair = await CallMember.join(home.url, id, city.chair.cookie)
      try {
        await chair.ask('recording:start', {})
        const folder = join(dataDir, 'recordings', id)
        const segments = (): number => {
          const { recordingId } = chair.view?.recording ?? {}
          if (!recordingId) return 0
          return readdirSync(join(folder, recordingId)).filter((name) => name.endsWith('.journal')).length
        }
        const until = async (isSo: () => boolean): Promise<void> => {
          for (const startedAtMs = performance.now(); !isSo(); await lasting(10)) {
            if (performance.now() - startedAtMs > 60_000) throw new Error('The recording does not go on')
          }
        }
        const isRecording = (): boolean => chair.view?.recording.state === 'recording'
        const metrics: Metric[] = []
        const note = (metric: string, value: number, unit: string, goal: number): void => {
          say(`${metric}: ${Math.round(value)} ${unit}`)
          metrics.push({ metric, value, unit, goal, better: 'lower' })
        }
        await until(isRecording)
        await lasting(2_000)

        await recorder.kill()
        await lasting(awayMs)
        recorder = await start('recorder', { NODE_ID: 'recorder-1' })
        const backAtMs = performance.now()
        await until(() => segments() === 2 && isRecording())
        note('recorder killed and back: goes on after', performance.now() - backAtMs, 'ms', 2_000)

        const before = segments()
        recorder.process.kill('SIGSTOP')
        await lasting(pausedMs)
        recorder.process.kill('SIGCONT')
        await lasting(5_000)
        await until(isRecording)
        note('recorder paused for 10 s: further segments', segments() - before, '', 0)

        await start('recorder', { NODE_ID: 'recorder-2' })
        await lasting(2_000)
        const formerSegments = segments()
        const endedAtMs = performance.now()
        const ended = recorder.stop()
        await until(() => segments() > formerSegments && isRecording())
        note('recorder ended beside another: goes on after', performance.now() - endedAtMs, 'ms', 1_000)
        await ended
        const { length } = await recordingsOfMeeting(office.database, id)
        note('recordings that all this made, beside the one', length - 1, '', 0)
        return metrics
      } finally {
        chair.close()
      }
    } finally {
      await office.close()
    }
  } finally {
    for (const platform of running.toReversed()) await platform.stop()
    await redis.stop()
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

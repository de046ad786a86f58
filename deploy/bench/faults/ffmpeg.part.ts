import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRecorderHarness } from '#recorder/testing/recorderHarness.ts'
import type { Benchmark } from '../metric.ts'
import { lasting } from '../processCpu.ts'

/** The third run of ffmpeg, in the middle of composing, is killed: whether the recording is ready all the same. */
export const run: Benchmark = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'diem-cau-faults-'))
  const ffmpeg = join(folder, 'ffmpeg')
  const runs = join(folder, 'runs')
  const script = `#!/bin/sh
if [ "$1" = -version ]; then exec ffmpeg -version; fi
echo x >> ${runs}
if [ $(wc -l < ${runs}) -eq 3 ]; then kill -9 $$; fi
exec ffmpeg "$@"
`
  writeFileSync(ffmpeg, script, { mode: 0o755 })
  const harness = await startRecorderHarness({ ffmpeg })
  try {
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    await harness.ask('stop', { recordingId: job.recordingId })
    const startedAtMs = performance.now()
    const stateOf = async (): Promise<string> => (await harness.row(job.recordingId)).state
    while (!['ready', 'failed'].includes(await stateOf()) && performance.now() - startedAtMs < 120_000) {
      await lasting(100)
    }
    const state = await stateOf()
    const count = readFileSync(runs, 'utf8').length / 2
    say(`'${state}' after ${Math.round(performance.now() - startedAtMs)} ms and ${count} runs of ffmpeg`)
    return [
      {
        metric: 'ffmpeg killed in mid-composition: recordings lost',
        value: state === 'ready' ? 0 : 1,
        unit: '',
        goal: 0,
        better: 'lower',
      },
    ]
  } finally {
    await harness.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

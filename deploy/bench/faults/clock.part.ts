import { CallMember } from '../../testing/callMember.ts'
import { planMeeting } from '../../testing/city.ts'
import type { Benchmark } from '../metric.ts'
import { startPlatformHarness } from '../platformHarness.ts'
import { lasting } from '../processCpu.ts'

/** Runs in the platform before all else: on SIGUSR2 its time of day is an hour ahead. */
const hourAhead = `
process.on('SIGUSR2', () => {
  const Real = Date
  const now = () => Real.now() + 3_600_000
  globalThis.Date = class extends Real {
    constructor(...args) { args.length > 0 ? super(...args) : super(now()) }
    static now = now
  }
})`

/** Somebody sets the machine's clock an hour ahead in mid-call: what that adds to somebody's attendance. */
export const run: Benchmark = async (say) => {
  const preload = `data:text/javascript,${encodeURIComponent(hourAhead)}`
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake', NODE_OPTIONS: `--import=${preload}` })
  try {
    const { platform, city, office } = harness
    const { id } = await planMeeting(office, city)
    const joinedAtMs = performance.now()
    const chair = await CallMember.join(platform.url, id, city.chair.cookie)
    try {
      await chair.ask('recording:start', {})
      await lasting(5000)
      platform.process.kill('SIGUSR2')
      await lasting(10_000)
      const { state } = chair.view?.recording ?? {}
      say(`ten seconds later the recording is '${state}'`)
      await chair.ask('call:end', {})
      const lastedMs = performance.now() - joinedAtMs
      const { rows } = await office.attendance.list(city.secretary.viewer, id)
      const row = rows.find(({ name }) => name === city.chair.name)
      if (!row) throw new Error('The chair is not in the attendance')
      say(`there for ${Math.round(lastedMs)} ms, written down as ${row.totalMs} ms`)
      return [
        {
          metric: 'clock an hour ahead in mid-call: attendance that nobody spent',
          value: Math.abs(row.totalMs - lastedMs) / 1000,
          unit: 's',
          goal: 1,
          better: 'lower',
        },
        {
          metric: 'clock an hour ahead in mid-call: recordings that ended',
          value: state === 'recording' ? 0 : 1,
          unit: '',
          goal: 0,
          better: 'lower',
        },
      ]
    } finally {
      chair.close()
    }
  } finally {
    await harness.close()
  }
}

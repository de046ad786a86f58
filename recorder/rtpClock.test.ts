import { describe, expect, it } from 'vitest'
import { RtpClock } from './rtpClock.ts'

/** The same numbers in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const startMs = 1_795_000_000_000

/** A voice under a jittery network, from a clock that drifts and stops, and where each packet truly lies. */
function heard(options: { seconds: number; drift?: number; stops?: { atSeconds: number; ms: number }[] }): {
  clock: RtpClock
  truth: [rtp: number, wallMs: number][]
} {
  const random = randomNumbers(3)
  const clock = new RtpClock(48_000)
  const truth: [number, number][] = []
  let rtp = 3_000_000_000
  for (let ms = 0; ms < options.seconds * 1_000; ms += 20 * (1 + (options.drift ?? 0))) {
    const stop = options.stops?.find((s) => s.atSeconds * 1_000 <= ms && ms < s.atSeconds * 1_000 + s.ms)
    if (stop) continue
    clock.observe(rtp, startMs + ms + 15 * -Math.log(1 - random()))
    truth.push([rtp, startMs + ms])
    rtp += 960
  }
  return { clock, truth }
}

describe('RtpClock', () => {
  it('finds 50 ppm of drift over two hours under jitter and spells of congestion', () => {
    const random = randomNumbers(1)
    const clock = new RtpClock(90_000)
    const drift = 1 + 50e-6
    const truth: [number, number][] = []
    for (let ms = 0; ms < 2 * 3_600_000; ms += 40) {
      const rtp = 4_000_000_000 + Math.round(ms * 90 * drift)
      const isCongested = ms % 600_000 < 40_000
      const delay = 8 + 15 * -Math.log(1 - random()) + (isCongested ? 120 : 0)
      clock.observe(rtp, startMs + ms + delay)
      if (ms % 60_000 === 0) truth.push([rtp, startMs + ms])
    }
    const toWall = clock.fit()
    const errors = truth.map(([rtp, wall]) => (toWall?.(rtp) ?? 0) - wall)
    expect(Math.max(...errors)).toBeLessThan(12)
    expect(Math.min(...errors)).toBeGreaterThan(6)
  })

  it('would be 360 ms off at the end without the drift', () => {
    const clock = new RtpClock(48_000)
    for (let ms = 0; ms <= 7_200_000; ms += 20) clock.observe(Math.round(ms * 48 * (1 - 50e-6)), startMs + ms)
    const toWall = clock.fit()
    expect(toWall?.(Math.round(7_200_000 * 48 * (1 - 50e-6)))).toBeCloseTo(startMs + 7_200_000, 0)
  })

  it('takes the least delay of a short stream and no drift', () => {
    const random = randomNumbers(2)
    const clock = new RtpClock(48_000)
    for (let ms = 0; ms < 20_000; ms += 20) clock.observe(ms * 48, startMs + ms + 5 + 60 * random())
    const toWall = clock.fit()
    expect(toWall?.(10_000 * 48)).toBeGreaterThan(startMs + 10_004.9)
    expect(toWall?.(10_000 * 48)).toBeLessThan(startMs + 10_006)
  })

  it('begins a new piece when the sender began its clock anew', () => {
    const clock = new RtpClock(90_000)
    for (let ms = 0; ms < 30_000; ms += 40) clock.observe(ms * 90, startMs + ms)
    for (let ms = 60_000; ms < 90_000; ms += 40) clock.observe((ms - 20_000) * 90, startMs + ms)
    const toWall = clock.fit()
    expect(toWall?.(10_000 * 90)).toBeCloseTo(startMs + 10_000, 3)
    expect(toWall?.(50_000 * 90)).toBeCloseTo(startMs + 70_000, 3)
  })

  it('keeps its place over a long pause of the same clock', () => {
    const clock = new RtpClock(90_000)
    for (const [from, to] of [
      [0, 10_000],
      [600_000, 610_000],
    ] as const) {
      for (let ms = from; ms < to; ms += 40) clock.observe(ms * 90, startMs + ms + (ms % 80 === 0 ? 3 : 30))
    }
    expect(clock.fit()?.(605_000 * 90)).toBeCloseTo(startMs + 605_003, 0)
  })

  it.each([
    ['slow', 1000e-6],
    ['fast', -1000e-6],
  ])('follows a sound card that runs 1000 ppm %s on a busy machine', (_, drift) => {
    const { clock, truth } = heard({ seconds: 300, drift })
    const toWall = clock.fit()
    const errors = truth.map(([rtp, wall]) => (toWall?.(rtp) ?? 0) - wall)
    expect(Math.max(...errors)).toBeLessThan(40)
    expect(Math.min(...errors)).toBeGreaterThan(-5)
  })

  it.each([300, 14])('stays with a clock that stopped for a moment, in a stream of %i s', (seconds) => {
    const stops = [
      { atSeconds: seconds * 0.4, ms: 150 },
      { atSeconds: seconds * 0.6, ms: 60 },
    ]
    const { clock, truth } = heard({ seconds, stops })
    const toWall = clock.fit()
    // In the half second in which it stops nobody can tell.
    const settled = truth.filter(
      ([, wall]) => !stops.some((s) => Math.abs(wall - startMs - s.atSeconds * 1_000) < 600),
    )
    const errors = settled.map(([rtp, wall]) => (toWall?.(rtp) ?? 0) - wall)
    expect(Math.max(...errors)).toBeLessThan(30)
    expect(Math.min(...errors)).toBeGreaterThan(-5)
  })

  it('does not take a network that is slow for a while for a clock that stopped', () => {
    const clock = new RtpClock(48_000)
    for (let ms = 0; ms < 120_000; ms += 20) {
      clock.observe(ms * 48, startMs + ms + (ms > 60_000 && ms < 85_000 ? 150 : 0))
    }
    const toWall = clock.fit()
    for (const ms of [10_000, 61_000, 70_000, 84_000, 100_000]) {
      expect(toWall?.(ms * 48)).toBeCloseTo(startMs + ms, 3)
    }
  })

  it('knows nothing before the first packet', () => {
    expect(new RtpClock(90_000).fit()).toBeNull()
  })
})

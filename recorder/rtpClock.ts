/** Maps a stream's unwrapped RTP timestamps to epoch milliseconds. */
export type RtpToWall = (rtp: number) => number

interface Point {
  /** Seconds of the stream's own clock. */
  x: number
  /** Arrival minus stream time, in milliseconds. */
  y: number
}

interface Epoch {
  windows: Point[]
  fromRtp: number
}

/** A crystal is off by 100 ppm at most; more than this is not drift. */
const maxDriftMsPerSecond = 0.5
/** Below this span the drift is smaller than the noise. */
const minDriftSpanSeconds = 60

/**
 * Learns how a stream's RTP clock lies on the wall clock, from arrivals alone: there are no sender reports on the
 * tap. A packet can come late but never early, so the truth is the lower envelope of (arrival − rtp/clock). The
 * least of every window is kept; the line under all of them that is nearest to them (the edge of the lower convex
 * hull over their middle; Moon, Skelly, Towsley, INFOCOM 1999) gives offset and drift at once.
 * When the stream's clock jumps (a sender began anew), a new piece begins.
 */
export class RtpClock {
  readonly #clockRate: number
  readonly #windowSeconds: number
  readonly #jumpMs: number
  readonly #epochs: Epoch[] = []
  #window: { from: number; least: Point; rtp: number } | null = null

  constructor(clockRate: number, options: { windowSeconds?: number; jumpMs?: number } = {}) {
    this.#clockRate = clockRate
    this.#windowSeconds = options.windowSeconds ?? 5
    this.#jumpMs = options.jumpMs ?? 1_500
  }

  /** @param rtp unwrapped timestamp */
  observe(rtp: number, arrivalMs: number): void {
    const x = rtp / this.#clockRate
    const point = { x, y: arrivalMs - x * 1_000 }
    const window = this.#window
    if (window && point.y < window.least.y - this.#jumpMs) {
      this.#closeWindow()
      this.#window = { from: x, least: point, rtp }
      return
    }
    if (!window || Math.abs(x - window.from) >= this.#windowSeconds) {
      this.#closeWindow()
      this.#window = { from: x, least: point, rtp }
      return
    }
    if (point.y < window.least.y) window.least = point
    if (rtp < window.rtp) window.rtp = rtp
  }

  /** The mapping as it is known now; null before the first packet. */
  fit(): RtpToWall | null {
    this.#closeWindow()
    const pieces = this.#epochs.map((epoch) => ({ fromRtp: epoch.fromRtp, line: lineUnder(epoch.windows) }))
    const first = pieces[0]
    if (!first) return null
    const clockRate = this.#clockRate
    return (rtp) => {
      let piece = first
      for (const candidate of pieces) if (candidate.fromRtp <= rtp) piece = candidate
      const x = rtp / clockRate
      return x * 1_000 + piece.line.offset + piece.line.slope * x
    }
  }

  #closeWindow(): void {
    const window = this.#window
    this.#window = null
    if (!window) return
    const epoch = this.#epochs.at(-1)
    const before = epoch?.windows.at(-1)
    if (!epoch || (before && Math.abs(window.least.y - before.y) > this.#jumpMs)) {
      this.#epochs.push({ windows: [window.least], fromRtp: window.rtp })
    } else epoch.windows.push(window.least)
  }
}

/** The line below all points that is nearest to them; flat when they span too little. */
export function lineUnder(points: readonly Point[]): { offset: number; slope: number } {
  const sorted = points.toSorted((a, b) => a.x - b.x)
  const flat = { offset: Math.min(...sorted.map((p) => p.y)), slope: 0 }
  const first = sorted[0]
  const last = sorted.at(-1)
  if (!first || !last || last.x - first.x < minDriftSpanSeconds) return flat
  const hull: Point[] = []
  for (const point of sorted) {
    for (;;) {
      const b = hull.at(-1)
      const a = hull.at(-2)
      if (!a || !b || (b.x - a.x) * (point.y - a.y) - (point.x - a.x) * (b.y - a.y) > 0) break
      hull.pop()
    }
    hull.push(point)
  }
  const middle = sorted.reduce((sum, p) => sum + p.x, 0) / sorted.length
  for (const [i, b] of hull.entries()) {
    const a = hull[i - 1]
    if (!a || b.x < middle) continue
    const slope = (b.y - a.y) / (b.x - a.x)
    if (Math.abs(slope) > maxDriftMsPerSecond) return flat
    return { offset: a.y - slope * a.x, slope }
  }
  return flat
}

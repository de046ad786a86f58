/** Maps a stream's unwrapped RTP timestamps to epoch milliseconds. */
export type RtpToWall = (rtp: number) => number

const windowSeconds = 0.5
/** What comes late for less than this was held up on its way; for longer, the sender's clock stood still. */
const congestionSeconds = 60
/** Lateness of this much is a clock that was set anew, not a network … */
const jumpMs = 1_500
/** … when it lasts this long. Also the least that is believed at a stream's end, where nobody knows what follows. */
const certainSeconds = 5
/** A clock drifts evenly when this share of its windows lies this near to one line. */
const nearLineMs = 20
const nearLineShare = 0.7

/**
 * Learns how a stream's RTP clock lies on the wall clock, from arrivals alone: there are no sender reports on the
 * tap. A packet can come late but never early, so the truth is the lower envelope of (arrival − rtp/clock).
 *
 * A crystal's drift is a straight line; but sound cards on a busy machine stop for moments and stay behind. So the
 * least of every window is kept, an even drift is taken out, and then rises that pass are taken off by a
 * morphological opening (the least of a stretch around each window, then the greatest of those leasts: Serra 1982).
 * It leaves slopes and lasting steps where they are.
 */
export class RtpClock {
  readonly #clockRate: number
  /** Windows by number, in the order of their arrival, and the least delay of each in milliseconds. */
  readonly #windows: number[] = []
  readonly #leasts: number[] = []

  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** @param rtp unwrapped timestamp */
  observe(rtp: number, arrivalMs: number): void {
    const seconds = rtp / this.#clockRate
    const window = Math.floor(seconds / windowSeconds)
    const delayMs = arrivalMs - seconds * 1_000
    const last = this.#windows.length - 1
    const current = this.#windows[last]
    // A packet that was overtaken tells nothing: it is late.
    if (current !== undefined && window < current) return
    if (window !== current) {
      this.#windows.push(window)
      this.#leasts.push(delayMs)
    } else if (delayMs < (this.#leasts[last] ?? Number.POSITIVE_INFINITY)) this.#leasts[last] = delayMs
  }

  /** The mapping as it is known now; null before the first packet. */
  fit(): RtpToWall | null {
    if (this.#windows.length === 0) return null
    const windows = [...this.#windows]
    const offsets = offsetsOf(windows, this.#leasts)
    const clockRate = this.#clockRate
    return (rtp) => {
      const seconds = rtp / clockRate
      return seconds * 1_000 + (offsets[lastUpTo(windows, Math.floor(seconds / windowSeconds))] ?? 0)
    }
  }
}

/** Index of the last number that is no greater than `limit`; 0 when there is none. Sorted numbers. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let from = 0
  let to = numbers.length - 1
  while (from < to) {
    const middle = Math.ceil((from + to) / 2)
    if ((numbers[middle] ?? 0) <= limit) from = middle
    else to = middle - 1
  }
  return from
}

/** The delay of the clock alone in each window; stretches far apart are judged each for itself. */
function offsetsOf(windows: readonly number[], leasts: readonly number[]): number[] {
  const drift = driftOf(windows, leasts)
  const level = leasts.map((least, i) => least - drift * (windows[i] ?? 0))
  const longestGap = congestionSeconds / 2 / windowSeconds
  const offsets: number[] = []
  let from = 0
  for (let i = 1; i <= windows.length; i += 1) {
    const gap = (windows[i] ?? Number.POSITIVE_INFINITY) - (windows[i - 1] ?? 0)
    if (gap <= longestGap) continue
    const stretch = [windows.slice(from, i), level.slice(from, i)] as const
    const steady = opened(...stretch, congestionSeconds)
    const quick = opened(...stretch, certainSeconds)
    for (const [n, least] of steady.entries()) {
      const other = quick[n] ?? least
      offsets.push((other - least > jumpMs ? other : least) + drift * (stretch[0][n] ?? 0))
    }
    from = i
  }
  return offsets
}

/**
 * Milliseconds a window by which a crystal is off: the slope of the line below all points that is nearest to them
 * (the edge of the lower convex hull over their middle; Moon, Skelly, Towsley, INFOCOM 1999), if most lie on it.
 */
function driftOf(windows: readonly number[], leasts: readonly number[]): number {
  const first = windows[0] ?? 0
  const last = windows.at(-1) ?? 0
  if (last - first < congestionSeconds / windowSeconds) return 0
  const hull: [x: number, y: number][] = []
  for (const [i, x] of windows.entries()) {
    const y = leasts[i] ?? 0
    for (;;) {
      const [ax, ay] = hull.at(-2) ?? [0, 0]
      const [bx, by] = hull.at(-1) ?? [0, 0]
      if (hull.length < 2 || (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0) break
      hull.pop()
    }
    hull.push([x, y])
  }
  const middle = windows[Math.floor(windows.length / 2)] ?? 0
  const right = hull.findIndex(([x], i) => i > 0 && x >= middle)
  const [ax, ay] = hull[right - 1] ?? [0, 0]
  const [bx, by] = hull[right] ?? [0, 0]
  if (right < 1) return 0
  const slope = (by - ay) / (bx - ax)
  const near = leasts.filter((y, i) => y - ay - slope * ((windows[i] ?? 0) - ax) < nearLineMs)
  return near.length >= leasts.length * nearLineShare ? slope : 0
}

/**
 * Takes rises shorter than `seconds` off. What came before is taken to be as low as the beginning at its lowest; a
 * rise that lasts to the end is believed to go on.
 */
function opened(windows: readonly number[], leasts: readonly number[], seconds: number): number[] {
  const size = seconds / windowSeconds
  const begin = windows[0] ?? 0
  const end = windows.at(-1) ?? 0
  const before = Math.min(...leasts.filter((_, i) => (windows[i] ?? 0) - begin < size))
  const after = Math.min(...leasts.filter((_, i) => end - (windows[i] ?? 0) < certainSeconds / windowSeconds))
  const around = Array.from({ length: size }, (_, n) => n + 1)
  const places = [...around.map((n) => begin - n).toReversed(), ...windows, ...around.map((n) => end + n)]
  const values = [...around.map(() => before), ...leasts, ...around.map(() => after)]
  const eroded = leastAround(places, values, size / 2)
  const dilated = leastAround(
    places,
    eroded.map((value) => -value),
    size / 2,
  )
  return dilated.slice(size, size + leasts.length).map((value) => -value)
}

/** The least value within `half` of each place, in one pass: indices that may yet be the least wait in a queue. */
function leastAround(places: readonly number[], values: readonly number[], half: number): number[] {
  const queue: number[] = []
  let first = 0
  let next = 0
  return places.map((place) => {
    for (; next < places.length && (places[next] ?? 0) <= place + half; next += 1) {
      const value = values[next] ?? 0
      while (queue.length > first && (values[queue.at(-1) ?? 0] ?? 0) >= value) queue.pop()
      queue.push(next)
    }
    while ((places[queue[first] ?? 0] ?? 0) < place - half) first += 1
    return values[queue[first] ?? 0] ?? 0
  })
}

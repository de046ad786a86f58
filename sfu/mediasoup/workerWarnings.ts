import type { Log } from '#contract/log.ts'

/** What a worker complains of: mostly of packets that anybody may send. */
export const warningKinds = ['stray', 'stun', 'dtls', 'srtp', 'rtp', 'rtcp', 'other'] as const
export type WarningKind = (typeof warningKinds)[number]

/** At most a line of a kind in this time; it says how many there were. */
const lineEveryMs = 1000
/** More from a worker in a second, and it is told to be quiet about packets: each costs it and us a message. */
const loudPerSecond = 200
/** For how long. */
const quietMs = 10_000

/**
 * The workers' warnings, counted by kind and told once a second a kind. A flood of stray packets is counted for the
 * first moments of each ten seconds only: then the worker says nothing of packets, so that it costs no event loop.
 */
export class WorkerWarnings {
  readonly #log: Log
  readonly #silence: (pid: number, isSilent: boolean) => void
  readonly #counts = new Map<WarningKind, number>(warningKinds.map((kind) => [kind, 0]))
  readonly #told = new Map<WarningKind, { atMs: number; count: number }>()
  readonly #loud = new Map<number, { sinceMs: number; count: number }>()
  readonly #quiet = new Map<number, NodeJS.Timeout>()
  readonly #now: () => number
  #silences = 0

  /** @param silence tells the worker with this process id to say nothing of packets, or to speak again */
  constructor(options: { log: Log; silence: (pid: number, isSilent: boolean) => void; now?: () => number }) {
    this.#log = options.log
    this.#silence = options.silence
    this.#now = options.now ?? (() => performance.now())
  }

  /** Takes one warning as a worker words it: `[pid:12 RTC::WebRtcServer::OnNonStunDataReceived() | ignoring …`. */
  note(namespace: string, text: string): void {
    const kind = kindOf(text)
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const nowMs = this.#now()
    const told = this.#told.get(kind)
    if (told === undefined || nowMs - told.atMs >= lineEveryMs) {
      this.#told.set(kind, { atMs: nowMs, count })
      this.#log.warn('mediasoupWarned', { kind, count: count - (told?.count ?? 0), namespace, text })
    }
    const pid = Number(/^\[pid:(\d+)/.exec(text)?.[1])
    if (Number.isInteger(pid)) this.#listenTo(pid, nowMs)
  }

  /** How many there were of each kind; of a flood, those that were heard. */
  get counts(): ReadonlyMap<WarningKind, number> {
    return this.#counts
  }

  /** How often a worker was told to be quiet. */
  get silences(): number {
    return this.#silences
  }

  close(): void {
    for (const timer of this.#quiet.values()) clearTimeout(timer)
    this.#quiet.clear()
  }

  #listenTo(pid: number, nowMs: number): void {
    if (this.#quiet.has(pid)) return
    const loud = this.#loud.get(pid)
    if (!loud || nowMs - loud.sinceMs >= 1000) return void this.#loud.set(pid, { sinceMs: nowMs, count: 1 })
    loud.count++
    if (loud.count <= loudPerSecond) return
    this.#loud.delete(pid)
    this.#silences++
    this.#silence(pid, true)
    const speakAgain = () => {
      this.#quiet.delete(pid)
      this.#silence(pid, false)
    }
    this.#quiet.set(pid, setTimeout(speakAgain, quietMs).unref())
  }
}

function kindOf(text: string): WarningKind {
  const where = /RTC::(?:(ICE|RTP|RTCP)::)?(\w+)::(\w+)\(\)/.exec(text)
  if (!where) return 'other'
  const [, part, owner = '', method = ''] = where
  if (owner === 'WebRtcServer') return /NonStun/.test(method) ? 'stray' : 'stun'
  if (part === 'ICE') return 'stun'
  if (owner === 'SrtpSession' || / \| (DecryptS|srtp_)/.test(text)) return 'srtp'
  if (owner === 'DtlsTransport' || /Dtls/.test(method)) return 'dtls'
  if (part === 'RTCP' || /Rtcp/i.test(method)) return 'rtcp'
  return part === 'RTP' || /Rtp/.test(method) ? 'rtp' : 'other'
}

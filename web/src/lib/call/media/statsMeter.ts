import type { MediaStats } from './mediaClient.ts'

/** The fields of WebRTC's statistics that we read; each kind of entry has only some. */
interface Entry {
  type: string
  mid?: string
  nominated?: boolean
  state?: string
  currentRoundTripTime?: number
  bytesReceived?: number
  bytesSent?: number
  packetsReceived?: number
  packetsLost?: number
  fractionLost?: number
}

/** mediasoup's probing for bandwidth: padding that comes and goes, whose gaps are no loss. */
const probingMid = 'probator'

/** Turns the browser's growing counters into rates between two readings. */
export class StatsMeter {
  #before: { atMs: number; received: number; sent: number; packets: number; lost: number } | null = null

  /** Reads the reports of all transports of a ticket. */
  read(
    reports: Iterable<{ forEach(see: (entry: Entry) => void): void }>,
    atMs = performance.now(),
  ): MediaStats {
    let roundTripMs: number | null = null
    let remoteLoss: number | null = null
    const now = { atMs, received: 0, sent: 0, packets: 0, lost: 0 }
    for (const report of reports) {
      report.forEach((entry) => {
        if (entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') {
          now.received += entry.bytesReceived ?? 0
          now.sent += entry.bytesSent ?? 0
          if (entry.currentRoundTripTime !== undefined) {
            roundTripMs = Math.max(roundTripMs ?? 0, entry.currentRoundTripTime * 1000)
          }
        } else if (entry.type === 'inbound-rtp' && entry.mid !== probingMid) {
          now.packets += entry.packetsReceived ?? 0
          now.lost += Math.max(0, entry.packetsLost ?? 0)
        } else if (entry.type === 'remote-inbound-rtp' && entry.fractionLost !== undefined) {
          remoteLoss = Math.max(remoteLoss ?? 0, entry.fractionLost)
        }
      })
    }
    const before = this.#before
    this.#before = now
    const perSecond = (later: number, earlier: number): number =>
      before && now.atMs > before.atMs ? (Math.max(0, later - earlier) * 8000) / (now.atMs - before.atMs) : 0
    const packets = before ? Math.max(0, now.packets - before.packets) : 0
    const lost = before ? Math.max(0, now.lost - before.lost) : 0
    const localLoss = packets + lost > 20 ? lost / (packets + lost) : null
    return {
      roundTripMs,
      lossRatio: localLoss === null && remoteLoss === null ? null : Math.max(localLoss ?? 0, remoteLoss ?? 0),
      receivedBps: perSecond(now.received, before?.received ?? 0),
      sentBps: perSecond(now.sent, before?.sent ?? 0),
    }
  }
}

/** good, fair (noticeable), poor (people will be hard to understand); what the connection mark shows. */
export type ConnectionQuality = 'good' | 'fair' | 'poor'

/** Judges a reading. */
export function qualityOf(stats: MediaStats): ConnectionQuality {
  const loss = stats.lossRatio ?? 0
  const roundTripMs = stats.roundTripMs ?? 0
  if (loss > 0.08 || roundTripMs > 600) return 'poor'
  if (loss > 0.02 || roundTripMs > 250) return 'fair'
  return 'good'
}

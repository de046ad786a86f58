import { describe, expect, it } from 'vitest'
import { qualityOf, StatsMeter } from './statsMeter.ts'

describe('StatsMeter', () => {
  it('turns counters into rates and loss between two readings', () => {
    const meter = new StatsMeter()
    const at = (bytes: number, packets: number, lost: number) => [
      [
        {
          type: 'candidate-pair',
          nominated: true,
          state: 'succeeded',
          bytesReceived: bytes,
          bytesSent: 0,
          currentRoundTripTime: 0.04,
        },
        { type: 'inbound-rtp', packetsReceived: packets, packetsLost: lost },
      ],
    ]
    meter.read(at(1000, 100, 0), 0)
    const stats = meter.read(at(126_000, 190, 10), 1000)
    expect(stats.receivedBps).toBe(1_000_000)
    expect(stats.lossRatio).toBeCloseTo(0.1)
    expect(stats.roundTripMs).toBe(40)
    expect(qualityOf(stats)).toBe('poor')
  })

  it('says nothing about loss when next to nothing came', () => {
    const meter = new StatsMeter()
    expect(meter.read([], 0).lossRatio).toBeNull()
    expect(qualityOf(meter.read([], 1000))).toBe('good')
  })
})

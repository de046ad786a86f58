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

  it('takes the gaps in probing for bandwidth for no loss', () => {
    const meter = new StatsMeter()
    const at = (packets: number, probes: number) => [
      [
        { type: 'inbound-rtp', mid: '0', packetsReceived: packets, packetsLost: 0 },
        { type: 'inbound-rtp', mid: 'probator', packetsReceived: probes, packetsLost: probes },
      ],
    ]
    meter.read(at(0, 0), 0)
    expect(meter.read(at(100, 30), 1000).lossRatio).toBe(0)
  })

  it('says nothing about loss when next to nothing came', () => {
    const meter = new StatsMeter()
    expect(meter.read([], 0).lossRatio).toBeNull()
    expect(qualityOf(meter.read([], 1000))).toBe('good')
  })
})

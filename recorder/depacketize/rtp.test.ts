import { describe, expect, it } from 'vitest'
import { rtpPacket } from '../testing/packets.ts'
import { audioLevelOf, parseRtp } from './rtp.ts'
import { opusSampleCount } from './opus.ts'

describe('parseRtp', () => {
  it('takes off padding and header extensions', () => {
    const packet = parseRtp(
      rtpPacket({
        sequenceNumber: 65_535,
        timestamp: 4_294_967_295,
        payload: Buffer.from('abc'),
        marker: true,
        extensions: { 3: Buffer.from([0x80 | 42]), 5: Buffer.from([1, 2, 3]) },
        paddingBytes: 4,
      }),
    )
    expect(packet?.payload.toString()).toBe('abc')
    expect(packet?.marker).toBe(true)
    expect(packet?.timestamp).toBe(4_294_967_295)
    expect(packet && audioLevelOf(packet, 3)).toBe(-42)
    expect(packet && audioLevelOf(packet, 4)).toBeNull()
  })

  it('refuses what is no RTP or is cut short', () => {
    const whole = rtpPacket({
      sequenceNumber: 1,
      timestamp: 1,
      payload: Buffer.alloc(0),
      extensions: { 1: Buffer.alloc(4) },
    })
    expect(parseRtp(Buffer.from('hello world, this is text'))).toBeNull()
    for (let length = 0; length < whole.length; length += 1)
      expect(parseRtp(whole.subarray(0, length))).toBeNull()
    expect(parseRtp(whole)).not.toBeNull()
  })
})

describe('opusSampleCount', () => {
  it('knows 20 ms of CELT, 60 ms of SILK and two frames in one packet', () => {
    expect(opusSampleCount(Buffer.from([31 << 3]))).toBe(960)
    expect(opusSampleCount(Buffer.from([3 << 3]))).toBe(2_880)
    expect(opusSampleCount(Buffer.from([(31 << 3) | 1]))).toBe(1_920)
    expect(opusSampleCount(Buffer.from([(31 << 3) | 3, 3]))).toBe(2_880)
    expect(opusSampleCount(Buffer.alloc(0))).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { rtpPacket, vp8Payload } from '../testing/packets.ts'
import { parseH264 } from './h264.ts'
import { sizeOfSps } from './h264Sps.ts'
import { parseRtp } from './rtp.ts'
import { VideoAssembler } from './videoAssembler.ts'
import { parseVp8 } from './vp8.ts'
import { parseVp9 } from './vp9.ts'
import type { VideoFrame } from './frames.ts'

interface Sent {
  data: Buffer
  frame: number
}

/** Frames of three packets each; the first is a key frame. */
function vp8Stream(
  count: number,
  options: { keys?: number[]; firstSequence?: number; layers?: number; sizes?: Record<number, number> } = {},
): Sent[] {
  const sent: Sent[] = []
  let sequence = options.firstSequence ?? 65_530
  let tl0 = 254
  for (let frame = 0; frame < count; frame += 1) {
    const isKey = (options.keys ?? [0]).includes(frame)
    const temporalId = options.layers === 2 ? frame % 2 : 0
    if (temporalId === 0) tl0 = (tl0 + 1) & 0xff
    for (let part = 0; part < 3; part += 1) {
      sent.push({
        frame,
        data: rtpPacket({
          sequenceNumber: sequence,
          timestamp: 4_294_960_000 + frame * 3_000,
          marker: part === 2,
          payload: vp8Payload({
            isStart: part === 0,
            isKey,
            width: options.sizes?.[frame] ?? 640,
            temporalId,
            tl0PicIdx: options.layers ? tl0 : 0,
          }),
        }),
      })
      sequence += 1
    }
  }
  return sent
}

function assemble(assembler: VideoAssembler, packets: Buffer[]): VideoFrame[] {
  const frames: VideoFrame[] = []
  for (const [i, data] of packets.entries()) {
    const packet = parseRtp(data)
    if (packet) frames.push(...assembler.push(packet, i * 10))
  }
  return [...frames, ...assembler.flush()]
}

describe('VP8', () => {
  it('joins packets into frames over the wraps of sequence and timestamp', () => {
    const assembler = new VideoAssembler(parseVp8)
    const frames = assemble(
      assembler,
      vp8Stream(5).map((s) => s.data),
    )
    expect(frames.map((f) => f.isKey)).toEqual([true, false, false, false, false])
    expect(frames.map((f) => f.rtp - (frames[0]?.rtp ?? 0))).toEqual([0, 3_000, 6_000, 9_000, 12_000])
    expect(frames[0]).toMatchObject({ width: 640, height: 360 })
    expect(frames[0]?.data).toHaveLength(300)
  })

  it('survives reordering and duplicates without losing a frame', () => {
    const packets = vp8Stream(20).map((s) => s.data)
    const shuffled = packets.flatMap((p, i) =>
      i % 5 === 2 ? [] : i % 5 === 4 ? [p, packets[i - 2] ?? p, p] : [p],
    )
    const frames = assemble(new VideoAssembler(parseVp8), shuffled)
    expect(frames).toHaveLength(20)
  })

  it('drops a damaged frame and what follows until the next key frame', () => {
    const assembler = new VideoAssembler(parseVp8)
    const sent = vp8Stream(10, { keys: [0, 7] })
    const frames = assemble(
      assembler,
      sent.filter((_, i) => i !== 3 * 3 + 1).map((s) => s.data),
    )
    expect(frames.map((f) => (f.rtp - (frames[0]?.rtp ?? 0)) / 3_000)).toEqual([0, 1, 2, 7, 8, 9])
    expect(assembler.counts).toEqual({ frames: 6, droppedFrames: 4, lostPackets: 1 })
  })

  it('takes a lost last packet, first packet and whole frame for damage alike', () => {
    for (const isGone of [
      (s: Sent, i: number) => s.frame === 2 && i % 3 === 2,
      (s: Sent, i: number) => s.frame === 2 && i % 3 === 0,
      (s: Sent) => s.frame === 2,
    ]) {
      const kept = vp8Stream(6, { keys: [0, 5] }).filter((s, i) => !isGone(s, i))
      const frames = assemble(
        new VideoAssembler(parseVp8),
        kept.map((s) => s.data),
      )
      expect(frames.map((f) => (f.rtp - (frames[0]?.rtp ?? 0)) / 3_000)).toEqual([0, 1, 5])
    }
  })

  it('goes on at the next base layer frame when only the upper temporal layer was hit', () => {
    const sent = vp8Stream(8, { layers: 2 })
    const frames = assemble(
      new VideoAssembler(parseVp8),
      sent.filter((s) => s.frame !== 3).map((s) => s.data),
    )
    expect(frames.map((f) => (f.rtp - (frames[0]?.rtp ?? 0)) / 3_000)).toEqual([0, 1, 2, 4, 5, 6, 7])
    const base = assemble(
      new VideoAssembler(parseVp8),
      sent.filter((s) => s.frame !== 2).map((s) => s.data),
    )
    expect(base.map((f) => (f.rtp - (base[0]?.rtp ?? 0)) / 3_000)).toEqual([0, 1])
  })

  it('waits for a key frame at the beginning and tells a switch of layers by its size', () => {
    const sent = vp8Stream(8, { keys: [2, 5], sizes: { 2: 320, 5: 1280 } })
    const frames = assemble(
      new VideoAssembler(parseVp8),
      sent.map((s) => s.data),
    )
    expect(frames).toHaveLength(6)
    expect(frames.flatMap((f) => (f.width === null ? [] : [f.width]))).toEqual([320, 1280])
  })

  it('drops a key frame that the SFU cut short to switch to a larger layer: no packet is missing', () => {
    const smaller = vp8Stream(4, { keys: [0, 3], sizes: { 0: 320, 3: 640 }, firstSequence: 10 })
    const larger = vp8Stream(6, { keys: [4], sizes: { 4: 1280 }, firstSequence: 9 }).filter(
      (s) => s.frame > 3,
    )
    const sent = [...smaller.slice(0, -1), ...larger].map((s) => s.data)
    const assembler = new VideoAssembler(parseVp8)
    const frames = assemble(assembler, sent)
    expect(frames.map((f) => (f.rtp - (frames[0]?.rtp ?? 0)) / 3_000)).toEqual([0, 1, 2, 4, 5])
    expect(frames.flatMap((f) => (f.width === null ? [] : [f.width]))).toEqual([320, 1280])
    expect(assembler.counts).toEqual({ frames: 5, droppedFrames: 1, lostPackets: 0 })
  })

  it('passes over padding without taking it for a loss', () => {
    const sent = vp8Stream(4, { firstSequence: 10 }).map((s) => s.data)
    const padding = rtpPacket({
      sequenceNumber: 22,
      timestamp: 4_294_969_000,
      payload: Buffer.alloc(0),
      paddingBytes: 200,
    })
    const rest = vp8Stream(2, { firstSequence: 23, keys: [] }).map((s) => s.data)
    expect(assemble(new VideoAssembler(parseVp8), [...sent, padding, ...rest])).toHaveLength(6)
  })
})

describe('VP9', () => {
  it('tells the size that a key picture itself gives, which the decoder goes by', () => {
    // Marker 2, profile 0, a key picture that is shown; sync code; colours of BT.709; then the size less one.
    const head = Buffer.from([0x82, 0x49, 0x83, 0x42])
    const rest = (BigInt(2) << 60n) | (BigInt(16_000 - 1) << 44n) | (BigInt(9_000 - 1) << 28n)
    const size = Buffer.alloc(8)
    size.writeBigUInt64BE(rest)
    const payload = Buffer.concat([Buffer.from([0x0c]), head, size])
    const packet = rtpPacket({ sequenceNumber: 1, timestamp: 0, marker: true, payload })
    expect(assemble(new VideoAssembler(parseVp9), [packet])).toMatchObject([
      { isKey: true, width: 16_000, height: 9_000 },
    ])
  })
})

describe('H.264', () => {
  const sps = Buffer.from('6742c01fd9005005bb016a02020280000003008000001e478c1924', 'hex')
  const pps = Buffer.from('68cb83cb20', 'hex')
  const idr = Buffer.concat([Buffer.from([0x65]), Buffer.alloc(2_000, 9)])
  const stap = Buffer.concat([Buffer.from([0x78, 0, sps.length]), sps, Buffer.from([0, pps.length]), pps])
  const fragments = [0, 1, 2].map((i) =>
    Buffer.concat([
      Buffer.from([0x7c, 0x05 | (i === 0 ? 0x80 : 0) | (i === 2 ? 0x40 : 0)]),
      idr.subarray(1).subarray(i * 700, (i + 1) * 700),
    ]),
  )
  const packets = [stap, ...fragments].map((payload, i) =>
    rtpPacket({ sequenceNumber: i, timestamp: 0, payload, marker: i === 3 }),
  )
  const single = rtpPacket({
    sequenceNumber: 4,
    timestamp: 3_000,
    payload: Buffer.from([0x41, 1, 2, 3]),
    marker: true,
  })

  it('reads the picture size', () => {
    expect(sizeOfSps(sps)).toEqual({ width: 1280, height: 720 })
  })

  it('joins aggregated, fragmented and single units as Annex B', () => {
    const frames = assemble(new VideoAssembler(parseH264), [...packets, single])
    const start = Buffer.from([0, 0, 0, 1])
    expect(frames).toHaveLength(2)
    expect(frames[0]?.data.equals(Buffer.concat([start, sps, start, pps, start, idr]))).toBe(true)
    expect(frames[0]).toMatchObject({ isKey: true, width: 1280, height: 720 })
    expect(frames[1]).toMatchObject({ isKey: false })
  })

  it('drops a key frame that lost a fragment, and what depends on it', () => {
    const assembler = new VideoAssembler(parseH264)
    expect(assemble(assembler, [...packets.filter((_, i) => i !== 2), single])).toEqual([])
    expect(assembler.counts.droppedFrames).toBe(2)
  })
})

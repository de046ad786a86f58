import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { grantOf } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import {
  decodeTapJson,
  decodeTapPacket,
  encodeTapFrame,
  encodeTapJson,
  encodeTapPacket,
  maxTapFrameBytes,
  TapFrameReader,
  TapGap,
  tapFrameTypes,
  TapStreamEvent,
  type TapTicket,
  CapturedTrack,
  CaptureTicket,
} from '#contract/capture.ts'
import { newSfuConfig, testLog } from './testing/mediasoupHarness.ts'
import { TestPeer } from './testing/peer.ts'
import { onEventOf } from '../testing/events.ts'

const roomId = MeetingId.parse('meeting-1')
const chair = ParticipantId.parse('chair')
const recorder = ParticipantId.parse('recorder-1')

/** A recorder that keeps what it is given. */
class TestRecorder {
  readonly socket: Socket
  readonly started: CapturedTrack[] = []
  readonly packets = new Map<number, { arrivalMs: number; rtp: Buffer }[]>()
  readonly order: string[] = []
  isClosed = false
  /** Packets said to be dropped, by source. */
  readonly gaps = new Map<string, number>()
  readonly #reader = new TapFrameReader()

  constructor(ticket: TapTicket, token = ticket.token) {
    this.socket = connect(ticket.port, ticket.host)
    this.socket.on('error', () => undefined) // a refused connection is seen by its end
    this.socket.once('close', () => (this.isClosed = true))
    this.socket.write(encodeTapJson(tapFrameTypes.hello, { token }))
    this.socket.on('data', (bytes: Buffer) => {
      for (const { type, body } of this.#reader.push(bytes)) this.#take(type, body)
    })
  }

  streamOf(source: string): CapturedTrack | undefined {
    return this.started.find((stream) => stream.source === source)
  }

  packetsOf(source: string): { arrivalMs: number; rtp: Buffer }[] {
    return this.packets.get(this.streamOf(source)?.streamId ?? -1) ?? []
  }

  #take(type: number, body: Buffer): void {
    if (type === tapFrameTypes.packet) {
      const { streamId, arrivalMs, rtp } = decodeTapPacket(body)
      const packets = this.packets.get(streamId)
      if (!packets) throw new Error('A packet came before its stream was described')
      packets.push({ arrivalMs, rtp: Buffer.from(rtp) })
      return
    }
    if (type === tapFrameTypes.trackStarted) {
      const stream = decodeTapJson(CapturedTrack, body)
      this.started.push(stream)
      this.packets.set(stream.streamId, [])
      this.order.push(`started ${stream.source}`)
      return
    }
    const read = <T>(schema: z.ZodType<T>): T => decodeTapJson(schema, body)
    const { streamId } = read(TapStreamEvent)
    const source = this.started.find((stream) => stream.streamId === streamId)?.source
    if (type === tapFrameTypes.gap) {
      const before = this.gaps.get(source ?? '') ?? 0
      this.gaps.set(source ?? '', before + read(TapGap).packets)
    }
    const name = Object.entries(tapFrameTypes).find(([, value]) => value === type)?.[0]
    this.order.push(`${name} ${source}`)
  }
}

describe('a recorder at the tap', () => {
  let engine: MediasoupEngine
  const recorders: TestRecorder[] = []
  const peers: TestPeer[] = []
  const until = (isSo: () => boolean, timeout = 10_000) => expect.poll(isSo, { timeout }).toBe(true)
  const ticketOf = async (): Promise<TapTicket> => {
    const { payload } = await engine.admit(roomId, recorder, { kind: 'recorder' })
    const ticket = CaptureTicket.parse(payload)
    if (ticket.way !== 'tap') throw new Error('not a tap')
    return ticket
  }
  const record = (ticket: TapTicket, token?: string): TestRecorder => {
    const made = new TestRecorder(ticket, token)
    recorders.push(made)
    return made
  }
  const join = async (id = chair): Promise<TestPeer> => {
    const peer = await TestPeer.join(engine, roomId, id, grantOf('open'))
    peers.push(peer)
    return peer
  }

  beforeEach(async () => {
    engine = await MediasoupEngine.start(newSfuConfig(), testLog)
    await engine.openRoom(roomId)
  })
  afterEach(async () => {
    for (const made of recorders.splice(0)) made.socket.destroy()
    for (const peer of peers.splice(0)) peer.close()
    await engine.close()
  })

  it('gets every track from everywhere, described first, whole and in order', async () => {
    const [first, second] = [await join(), await join(ParticipantId.parse('delegate'))]
    await first.publish('microphone')
    const made = record(await ticketOf())
    await until(() => made.packetsOf('microphone').length > 20)
    await second.publish('camera', { layers: 3 })
    await until(() => made.packetsOf('camera').length > 50)
    expect(made.streamOf('microphone')).toMatchObject({
      roomId,
      participantId: 'chair',
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      payloadType: 111,
      audioLevelId: 6,
      isPaused: false,
    })
    const packets = made.packetsOf('microphone')
    const numbers = packets.map(({ rtp }) => rtp.readUInt16BE(2))
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    const arrivals = packets.map(({ arrivalMs }) => arrivalMs)
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b))
    expect(Math.abs((arrivals.at(-1) ?? 0) - Date.now())).toBeLessThan(2000)
    expect(packets[0]?.rtp.readUInt32BE(8)).toBe(made.streamOf('microphone')?.ssrc)
    // of simulcast it gets the best layer, which is the longest packet of the test stream
    await until(() => (made.packetsOf('camera').at(-1)?.rtp.length ?? 0) > 300)
  })

  it('hears of mutes and ends, in order, and nothing flows between', async () => {
    const speaker = await join()
    const made = record(await ticketOf())
    await speaker.publish('microphone')
    await speaker.publish('camera')
    await until(() => made.packetsOf('microphone').length > 5)
    await engine.regrant(roomId, chair, grantOf('open', { microphone: 'muted' }))
    await until(() => made.order.includes('trackPaused microphone'))
    const [before, cameraBefore] = [made.packetsOf('microphone').length, made.packetsOf('camera').length]
    await until(() => made.packetsOf('camera').length > cameraBefore + 20)
    expect(made.packetsOf('microphone')).toHaveLength(before)
    await engine.regrant(roomId, chair, grantOf('open'))
    await until(() => made.packetsOf('microphone').length > before)
    await speaker.negotiate({ type: 'unpublish', trackId: 'chair-microphone' })
    await until(() => made.order.includes('trackEnded microphone'))
    expect(made.order.filter((line) => line.endsWith('microphone'))).toEqual([
      'started microphone',
      'trackPaused microphone',
      'trackResumed microphone',
      'trackEnded microphone',
    ])
  })

  it('may ask for a key frame', async () => {
    const speaker = await join()
    await speaker.publish('camera')
    const made = record(await ticketOf())
    await until(() => made.packetsOf('camera').length > 5)
    const producer = [...(engine.rooms.get(roomId)?.tracks.values() ?? [])][0]?.producer
    const asked = async () => (await producer?.getStats())?.[0]?.pliCount ?? 0
    const before = await asked()
    const streamId = made.streamOf('camera')?.streamId
    made.socket.write(encodeTapJson(tapFrameTypes.requestKeyFrame, { streamId }))
    await expect.poll(asked, { timeout: 5000 }).toBeGreaterThan(before)
  })

  it('needs the token, once', async () => {
    const ticket = await ticketOf()
    const stranger = record(ticket, 'x'.repeat(43))
    await until(() => stranger.isClosed)
    const made = record(ticket)
    const speaker = await join()
    await speaker.publish('microphone')
    await until(() => made.packetsOf('microphone').length > 0)
    const second = record(ticket)
    await until(() => second.isClosed)
    expect(second.started).toEqual([])
    expect(made.isClosed).toBe(false)
  })

  it.each([
    ['another frame first', encodeTapJson(tapFrameTypes.requestKeyFrame, { streamId: 0 })],
    ['a hello that is no JSON', encodeTapFrame(tapFrameTypes.hello, Buffer.from('{'))],
    ['a frame of four gigabytes', Buffer.from([0xff, 0xff, 0xff, 0xff, 16])],
    ['a frame of nothing', Buffer.from([0, 0, 0, 0])],
    ['a request of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('closes on %s', async (_, bytes) => {
    const ticket = await ticketOf()
    const socket = connect(ticket.port, ticket.host, () => socket.write(bytes))
    socket.on('error', () => undefined) // its end is what counts
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.resume()
    await closed
    const made = record(ticket)
    const speaker = await join()
    await speaker.publish('microphone')
    await until(() => made.packetsOf('microphone').length > 0)
  })

  it('that reads too slowly loses video before sound, is told how much, and the room goes on', async () => {
    await engine.close()
    engine = await MediasoupEngine.start(newSfuConfig({ tapBacklogBytes: 200_000 }), testLog)
    const speaker = await join()
    const made = record(await ticketOf())
    await speaker.publish('microphone')
    await speaker.publish('camera')
    await until(() => made.packetsOf('camera').length > 5 && made.packetsOf('microphone').length > 5)
    const camera = speaker.streams.get('camera')
    if (!camera) throw new Error('no camera')
    made.socket.pause()
    camera.burst = 12
    camera.extraBytes = 1000
    await until(() => engine.stats().tapDroppedPackets > 50, 30_000)
    camera.burst = 1
    camera.extraBytes = 0
    made.socket.resume()
    await until(() => (made.gaps.get('camera') ?? 0) > 50)
    const missing = (): number => {
      const numbers = made.packetsOf('camera').map(({ rtp }) => rtp.readUInt16BE(2))
      return numbers.slice(1).reduce((sum, n, i) => sum + ((n - (numbers[i] ?? 0) - 1) & 0xffff), 0)
    }
    // a busy machine may lose some on their way to the worker too
    await until(() => missing() >= (made.gaps.get('camera') ?? 0))
    await until(() => made.gaps.get('camera') === engine.stats().tapDroppedPackets)
    expect(made.gaps.has('microphone')).toBe(false)
  })

  it.each(['ends', 'pauses'])(
    'is told what it missed of a track that %s before anything more came',
    async (how) => {
      await engine.close()
      engine = await MediasoupEngine.start(newSfuConfig({ tapBacklogBytes: 200_000 }), testLog)
      const speaker = await join()
      const made = record(await ticketOf())
      await speaker.publish('camera')
      await until(() => made.packetsOf('camera').length > 5)
      const camera = speaker.streams.get('camera')
      if (!camera) throw new Error('no camera')
      made.socket.pause()
      camera.burst = 12
      camera.extraBytes = 1000
      await until(() => engine.stats().tapDroppedPackets > 50, 30_000)
      await engine.regrant(roomId, chair, grantOf('open', { camera: how === 'ends' ? 'forbidden' : 'muted' }))
      made.socket.resume()
      const last = how === 'ends' ? 'trackEnded camera' : 'trackPaused camera'
      await until(() => made.order.at(-1) === last, 30_000)
      expect(made.order.at(-2)).toBe('gap camera')
      expect(made.gaps.get('camera')).toBe(engine.stats().tapDroppedPackets)
    },
  )

  it('that stops gets what waits for it, and is told what it missed', async () => {
    await engine.close()
    engine = await MediasoupEngine.start(newSfuConfig({ tapBacklogBytes: 200_000 }), testLog)
    const speaker = await join()
    const made = record(await ticketOf())
    await speaker.publish('camera')
    await until(() => made.packetsOf('camera').length > 5)
    const camera = speaker.streams.get('camera')
    if (!camera) throw new Error('no camera')
    made.socket.pause()
    camera.burst = 12
    camera.extraBytes = 1000
    await until(() => engine.stats().tapDroppedPackets > 50, 60_000)
    const before = made.packetsOf('camera').length
    made.socket.write(encodeTapJson(tapFrameTypes.goodbye, {}))
    await until(() => made.socket.writableLength === 0)
    made.socket.resume()
    await until(() => made.isClosed)
    expect(made.packetsOf('camera').length).toBeGreaterThan(before + 100)
    expect(made.order.at(-1)).toBe('gap camera')
    expect(made.gaps.get('camera')).toBeGreaterThan(50)
  }, 90_000)

  it('is cut off when it is evicted, and when the room closes', async () => {
    const made = record(await ticketOf())
    const speaker = await join()
    await speaker.publish('microphone')
    await until(() => made.packetsOf('microphone').length > 0)
    await engine.evict(roomId, recorder)
    await until(() => made.isClosed)
    const again = record(await ticketOf())
    await until(() => again.packetsOf('microphone').length > 0)
    await engine.closeRoom(roomId)
    await until(() => again.isClosed)
  })

  it('is lost with its worker, told as a participant, and admitted again', async () => {
    const made = record(await ticketOf())
    const lost: string[] = []
    onEventOf(engine, 'participantLost', (event) => lost.push(event.participantId))
    const worker = engine.rooms.get(roomId)?.attendees.get(recorder)?.home.worker
    process.kill(worker?.process.pid ?? 0, 'SIGKILL')
    await until(() => made.isClosed && lost.length === 1)
    expect(lost).toEqual([recorder])
    const again = record(await ticketOf())
    const speaker = await join()
    await speaker.publish('microphone')
    await until(() => again.packetsOf('microphone').length > 0)
  })
})

describe('frames of the tap', () => {
  it('come out as they went in, however the bytes are cut', () => {
    const bytes = Buffer.concat([
      encodeTapJson(tapFrameTypes.trackPaused, { streamId: 1, atMs: 5 }),
      encodeTapPacket(7, 1234.5, Buffer.from([1, 2, 3])),
      encodeTapPacket(8, 1235.25, Buffer.alloc(0)),
    ])
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new TapFrameReader()
      const frames: { type: number; body: Buffer }[] = []
      for (let at = 0; at < bytes.length; at += size) {
        for (const { type, body } of reader.push(bytes.subarray(at, at + size))) {
          frames.push({ type, body: Buffer.from(body) })
        }
      }
      expect(frames.map((frame) => frame.type)).toEqual([3, 2, 2])
      expect(decodeTapPacket(frames[1]?.body ?? Buffer.alloc(0))).toEqual({
        streamId: 7,
        arrivalMs: 1234.5,
        rtp: Buffer.from([1, 2, 3]),
      })
    }
  })

  it('may be as long as the limit, and no longer', () => {
    const longest = encodeTapFrame(2, Buffer.alloc(maxTapFrameBytes - 1))
    expect(new TapFrameReader().push(longest)).toHaveLength(1)
    expect(() => new TapFrameReader().push(encodeTapFrame(2, Buffer.alloc(maxTapFrameBytes)))).toThrow(
      RangeError,
    )
  })
})

import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import {
  decodeTapJson,
  encodeTapJson,
  encodeTapPacket,
  TapFrameReader,
  tapFrameTypes,
  TapHello,
  TapKeyFrameRequest,
  type CapturedTrack,
} from '#contract/capture.ts'
import type { MediaTicket } from '#contract/media.ts'

/** A media node's tap that says what a test wants; speaks the real protocol over real TCP. */
export class FakeTap {
  /** Streams for which a key frame was asked, in order. */
  readonly keyFrameRequests: number[] = []
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => this.#greet(socket))
  #socket: Socket | null = null
  /** What is still said when a recorder stops; null leaves it waiting. */
  beforeItsEnd: (() => void) | null = () => undefined

  static async start(): Promise<FakeTap> {
    const tap = new FakeTap()
    tap.#server.listen(0, '127.0.0.1')
    await once(tap.#server, 'listening')
    return tap
  }

  ticket(): MediaTicket {
    const address = this.#server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return { engine: 'mediasoup', payload: { way: 'tap', host: '127.0.0.1', port, token: 'A'.repeat(43) } }
  }

  get isConnected(): boolean {
    return this.#socket !== null && !this.#socket.destroyed
  }

  track(track: Pick<CapturedTrack, 'streamId'> & Partial<Record<keyof CapturedTrack, unknown>>): void {
    this.#socket?.write(
      encodeTapJson(tapFrameTypes.trackStarted, {
        roomId: 'm',
        participantId: 'p1',
        trackId: `t${track.streamId}`,
        source: 'microphone',
        mimeType: 'audio/opus',
        clockRate: 48_000,
        channels: 2,
        payloadType: 111,
        ssrc: 1,
        audioLevelId: null,
        isPaused: false,
        atMs: performance.timeOrigin + performance.now(),
        ...track,
      }),
    )
  }

  packet(stream: number, rtp: Buffer, arrivalMs = performance.timeOrigin + performance.now()): void {
    this.#socket?.write(encodeTapPacket(stream, arrivalMs, rtp))
  }

  /** What a media node says when it drops packets. */
  gap(stream: number, packets: number, atMs = performance.timeOrigin + performance.now()): void {
    this.#socket?.write(encodeTapJson(tapFrameTypes.gap, { streamId: stream, atMs, packets }))
  }

  /** Loses the connection, as a media node that dies. */
  drop(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  close(): void {
    this.drop()
    this.#server.close()
  }

  #greet(socket: Socket): void {
    const reader = new TapFrameReader()
    socket.on('error', () => undefined) // a recorder that is killed
    socket.on('end', () => this.beforeItsEnd && socket.end())
    socket.on('data', (bytes) => {
      for (const { type, body } of reader.push(bytes)) {
        if (type === tapFrameTypes.hello) {
          decodeTapJson(TapHello, body)
          this.#socket = socket
        } else if (type === tapFrameTypes.requestKeyFrame) {
          this.keyFrameRequests.push(decodeTapJson(TapKeyFrameRequest, body).streamId)
        } else if (type === tapFrameTypes.goodbye) this.beforeItsEnd?.()
      }
    })
  }
}

import type { Socket } from 'node:net'
import type { Consumer, DirectTransport } from 'mediasoup/types'
import type { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { wallClockMs } from '#contract/wallClock.ts'
import { withoutCongestionControl } from './codecs.ts'
import type { RoomRouter } from './roomRouter.ts'
import {
  decodeTapJson,
  encodeTapJson,
  encodeTapPacket,
  tapFrameTypes,
  TapKeyFrameRequest,
  type TapFrame,
  type TapTicket,
} from '#contract/capture.ts'
import type { RecorderLine, TapServer } from './tapServer.ts'
import { describeStream } from './tapStream.ts'
import { bring, type Track } from './track.ts'

const maxStreams = 0xffff

interface Stream {
  id: number
  consumer: Consumer
  /** Packets dropped since the last one that was written. */
  dropped: number
}

export interface RecordingTapOptions {
  participantId: ParticipantId
  roomId: MeetingId
  home: RoomRouter
  server: TapServer
  tracks: ReadonlyMap<TrackId, Track>
  /** Bytes that may wait for a slow recorder before video is dropped; sound goes on to twice as much. */
  backlogBytes: number
  /** A packet was dropped because the recorder read too slowly. */
  onDropped: () => void
  /** The recorder went away by itself; told once, after all is closed. */
  onLost: () => void
  log: Log
}

/**
 * A recorder's seat in a room: when it has connected, every track's packets are handed to it as they come, by a
 * direct transport (no SRTP, no congestion control, the best layer). A recorder that disconnects is admitted again.
 */
export class RecordingTap {
  readonly home: RoomRouter
  readonly ticket: TapTicket
  readonly #options: RecordingTapOptions
  readonly #transport: DirectTransport
  readonly #cancel: () => void
  readonly #streams = new Map<number, Stream>()
  #socket: Socket | null = null
  #nextStreamId = 0
  #isCorked = false
  #isClosed = false

  private constructor(options: RecordingTapOptions, transport: DirectTransport) {
    this.#options = options
    this.home = options.home
    this.#transport = transport
    const { ticket, cancel } = options.server.expect((connection) => this.#connected(connection))
    this.ticket = ticket
    this.#cancel = cancel
  }

  static async open(options: RecordingTapOptions): Promise<RecordingTap> {
    return new RecordingTap(options, await options.home.router.createDirectTransport())
  }

  /** A track was published. */
  async receive(track: Track): Promise<void> {
    const socket = this.#socket
    if (!socket || this.#isClosed || this.#nextStreamId > maxStreams) return
    const streamId = this.#nextStreamId++
    await bring(track, this.home)
    if (this.#isClosed || track.producer.closed) return
    const consumer = await this.#transport.consume({
      producerId: track.producer.id,
      rtpCapabilities: withoutCongestionControl(this.home.router.rtpCapabilities),
      enableRtx: false,
      paused: true,
    })
    if (this.#isClosed || consumer.closed) return consumer.close()
    const stream: Stream = { id: streamId, consumer, dropped: 0 }
    this.#begin(track, stream)
    if (consumer.type !== 'simple') await consumer.setPreferredLayers({ spatialLayer: 2, temporalLayer: 2 })
    await consumer.resume()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancel()
    this.#streams.clear()
    this.#transport.close()
    this.#socket?.end()
  }

  #connected({ socket, onFrame }: RecorderLine): void {
    if (this.#isClosed) return void socket.destroy()
    this.#socket = socket
    socket.once('close', () => {
      if (this.#isClosed) return
      this.close()
      this.#options.onLost()
    })
    onFrame((frame) => this.#obey(frame))
    for (const track of this.#options.tracks.values()) {
      detach(this.#options.log, 'tapReceiveFailed', this.receive(track))
    }
  }

  #begin(track: Track, stream: Stream): void {
    const { id: streamId, consumer } = stream
    const started = describeStream(streamId, this.#options.roomId, track, consumer)
    if (!started) return consumer.close()
    this.#streams.set(streamId, stream)
    this.home.worker.consumers++
    this.#tell(tapFrameTypes.trackStarted, started)
    consumer.on('rtp', (packet) => this.#packet(stream, packet))
    const event = (type: number): void => {
      if (stream.dropped > 0) this.#reportGap(stream) // until now, not until a packet that may never come
      this.#tell(type, { streamId, atMs: wallClockMs() })
    }
    consumer.on('producerpause', () => event(tapFrameTypes.trackPaused))
    consumer.on('producerresume', () => event(tapFrameTypes.trackResumed))
    consumer.observer.once('close', () => {
      this.home.worker.consumers--
      if (this.#streams.delete(streamId)) event(tapFrameTypes.trackEnded)
    })
  }

  #packet(stream: Stream, packet: Buffer): void {
    const socket = this.#socket
    if (!socket || this.#isClosed || socket.writableEnded) return
    const { backlogBytes } = this.#options
    const limit = stream.consumer.kind === 'video' ? backlogBytes : 2 * backlogBytes
    if (socket.writableLength > limit) {
      stream.dropped++
      this.#options.onDropped()
      return
    }
    if (stream.dropped > 0) this.#reportGap(stream)
    this.#write(encodeTapPacket(stream.id, wallClockMs(), packet))
  }

  #reportGap(stream: Stream): void {
    const gap = { streamId: stream.id, atMs: wallClockMs(), packets: stream.dropped }
    stream.dropped = 0
    this.#options.log.warn('tapGap', { roomId: this.#options.roomId, ...gap })
    this.#tell(tapFrameTypes.gap, gap)
    this.#askKeyFrame(stream)
  }

  #obey(frame: TapFrame): void {
    if (frame.type === tapFrameTypes.goodbye) return this.#finish()
    if (frame.type !== tapFrameTypes.requestKeyFrame) return
    const stream = this.#streams.get(decodeTapJson(TapKeyFrameRequest, frame.body).streamId)
    if (stream) this.#askKeyFrame(stream)
  }

  /** Ends the connection behind what waits to be written. */
  #finish(): void {
    for (const stream of this.#streams.values()) if (stream.dropped > 0) this.#reportGap(stream)
    this.#socket?.end()
  }

  #askKeyFrame(stream: Stream): void {
    if (stream.consumer.kind !== 'video' || stream.consumer.closed) return
    detach(this.#options.log, 'tapKeyFrameFailed', stream.consumer.requestKeyFrame())
  }

  #tell(type: number, value: unknown): void {
    this.#write(encodeTapJson(type, value))
  }

  /** Packets that come in one turn of the loop leave in one system call. */
  #write(frame: Buffer): void {
    const socket = this.#socket
    if (!socket || socket.destroyed || socket.writableEnded) return
    if (!this.#isCorked) {
      this.#isCorked = true
      socket.cork()
      setImmediate(() => {
        this.#isCorked = false
        socket.uncork()
      })
    }
    socket.write(frame)
  }
}

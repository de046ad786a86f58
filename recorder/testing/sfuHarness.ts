import type { ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { PlainTransport, Producer, RtpParameters } from 'mediasoup/types'
import { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import type { TrackSource } from '#contract/grant.ts'
import { MediaWorkers } from '#sfu/mediasoup/mediaWorkers.ts'
import { RecordingTap } from '#sfu/mediasoup/recordingTap.ts'
import { RoomRouter } from '#sfu/mediasoup/roomRouter.ts'
import { SpeakerMeter } from '#sfu/mediasoup/speakerMeter.ts'
import { TapServer } from '#sfu/mediasoup/tapServer.ts'
import type { Track } from '#sfu/mediasoup/track.ts'
import { newSfuConfig } from '#sfu/mediasoup/testing/mediasoupHarness.ts'
import type { MediaTicket } from '#contract/media.ts'
import { ffmpegPath } from './recorderHarness.ts'
import { startRtpSource, type Clip } from './rtpSource.ts'

/** A participant that sends a clip. */
export interface Sender {
  camera: Producer | null
  /** The larger picture comes no more: the sender's network does not carry it. */
  loseTopLayer(): void
  leave(): void
}

/** A real mediasoup worker with a room, fed by ffmpeg over plain transports, and the SFU's real tap; for tests. */
export class SfuHarness {
  readonly #workers: MediaWorkers
  readonly #room: RoomRouter
  readonly #tapServer: TapServer
  readonly #tracks = new Map<TrackId, Track>()
  readonly #taps: RecordingTap[] = []
  readonly #closers: (() => void)[] = []
  #ssrc = 1_000

  private constructor(workers: MediaWorkers, room: RoomRouter, tapServer: TapServer) {
    this.#workers = workers
    this.#room = room
    this.#tapServer = tapServer
  }

  static async start(): Promise<SfuHarness> {
    const workers = await MediaWorkers.start({ ...newSfuConfig(), count: 1, log: silentLog })
    const worker = workers.alive[0]
    if (!worker) throw new Error('no media worker')
    const room = await RoomRouter.open(worker, new SpeakerMeter(() => undefined))
    const server = await TapServer.start({ host: '127.0.0.1', port: 0, announcedHost: null, log: silentLog })
    return new SfuHarness(workers, room, server)
  }

  async ticket(roomId: MeetingId): Promise<MediaTicket> {
    const tap = await RecordingTap.open({
      participantId: ParticipantId.parse('recorder-1'),
      roomId,
      home: this.#room,
      server: this.#tapServer,
      tracks: this.#tracks,
      backlogBytes: 64 << 20,
      onDropped: () => undefined,
      onLost: () => undefined,
      log: silentLog,
    })
    this.#taps.push(tap)
    return { engine: 'mediasoup', payload: { ...tap.ticket } }
  }

  async join(id: string, clip: Clip): Promise<Sender> {
    const transport = await this.#room.router.createPlainTransport({
      listenIp: '127.0.0.1',
      comedia: true,
      rtcpMux: true,
    })
    const dropped = new Set<number>()
    const relay = await this.#relay(transport, dropped)
    const videoSsrc = (this.#ssrc += 1)
    const lowerSsrc = (this.#ssrc += 1)
    const audioSsrc = (this.#ssrc += 1)
    const tracks: Track[] = []
    const publish = async (
      source: TrackSource,
      kind: 'audio' | 'video',
      rtpParameters: RtpParameters,
    ): Promise<Producer> => {
      const producer = await transport.produce({ kind, rtpParameters })
      const track: Track = {
        id: TrackId.parse(`${id}-${source}`),
        participantId: ParticipantId.parse(id),
        source,
        producer,
        home: this.#room,
        pipes: new Map(),
      }
      tracks.push(track)
      this.#tracks.set(track.id, track)
      return producer
    }
    let camera: Producer | null = null
    if (clip.hasVideo) {
      const encodings = clip.isSimulcast ? [{ ssrc: lowerSsrc }, { ssrc: videoSsrc }] : [{ ssrc: videoSsrc }]
      camera = await publish('camera', 'video', videoParameters(clip.codec, encodings))
    }
    await publish('microphone', 'audio', {
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc: audioSsrc }],
    })
    const source = startRtpSource(ffmpegPath, clip, {
      video: { port: await relay(), ssrc: videoSsrc, payloadType: clip.codec === 'h264' ? 102 : 96 },
      lower: { port: await relay(), ssrc: lowerSsrc },
      audio: { port: await relay(), ssrc: audioSsrc },
    })
    for (const track of tracks) for (const tap of this.#taps) await tap.receive(track)
    for (const track of tracks) await isFlowing(track.producer)
    const leave = (): void => {
      source.kill()
      for (const track of tracks) this.#tracks.delete(track.id)
      transport.close()
    }
    this.#closers.push(leave)
    endWith(source, leave)
    return { camera, loseTopLayer: () => void dropped.add(videoSsrc), leave }
  }

  async close(): Promise<void> {
    for (const close of this.#closers) close()
    for (const tap of this.#taps) tap.close()
    await this.#tapServer.close()
    await this.#workers.close()
  }

  /** Sockets whose packets all go to the transport from one address, as comedia wants. */
  async #relay(transport: PlainTransport, dropped: Set<number>): Promise<() => Promise<number>> {
    const out: Socket = createSocket('udp4')
    out.bind(0, '127.0.0.1')
    await once(out, 'listening')
    this.#closers.push(() => out.close())
    const port = transport.tuple.localPort
    return async () => {
      const socket = createSocket('udp4')
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      this.#closers.push(() => socket.close())
      socket.on('message', (data) => {
        const type = (data[1] ?? 0) & 0x7f
        const isRtcp = type >= 64 && type <= 95
        if (isRtcp || !dropped.has(data.readUInt32BE(8))) out.send(data, port, '127.0.0.1')
      })
      return socket.address().port
    }
  }
}

function videoParameters(codec: 'vp8' | 'h264', encodings: { ssrc: number }[]): RtpParameters {
  return {
    codecs: [
      codec === 'vp8'
        ? {
            mimeType: 'video/VP8',
            payloadType: 96,
            clockRate: 90_000,
            rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          }
        : {
            mimeType: 'video/H264',
            payloadType: 102,
            clockRate: 90_000,
            parameters: {
              'packetization-mode': 1,
              'profile-level-id': '42e01f',
              'level-asymmetry-allowed': 1,
            },
          },
    ],
    encodings,
  }
}

/** A busy machine may need a while to start a sender. */
async function isFlowing(producer: Producer): Promise<void> {
  while (!(await producer.getStats()).some((stream) => stream.packetCount > 20)) await delay(50)
}

function endWith(source: ChildProcess, leave: () => void): void {
  source.once('exit', leave)
}

import { setLogEventListeners } from 'mediasoup'
import type { RtpCapabilities } from 'mediasoup/types'
import { AppError } from '#contract/errors.ts'
import { Grant } from '#contract/grant.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MediaMessage, MediaTicket, OpenedRoom } from '#contract/media.ts'
import type { SfuConfig } from '../config.ts'
import type { Admission, EngineListener, MediaEngine } from '../engine.ts'
import { EngineEmitter } from '../engineEmitter.ts'
import { announcedAddresses } from './announce.ts'
import { mediaCodecs, offeredCapabilities } from './codecs.ts'
import { MediaRoom } from './mediaRoom.ts'
import { MediaWorkers } from './mediaWorkers.ts'
import { JoinMedia, NegotiateMessage, type ClientConfig } from './negotiation.ts'
import { TapServer } from './tapServer.ts'
import { WorkerWarnings } from './workerWarnings.ts'

/** Counts of the present, but `tapDroppedPackets` since the start. */
export interface EngineStats {
  rooms: number
  participants: number
  producers: number
  consumers: number
  load: number
  liveWorkers: number
  tapDroppedPackets: number
}

/** The media engine on mediasoup's workers. */
export class MediasoupEngine implements MediaEngine {
  readonly workers: MediaWorkers
  readonly warnings: WorkerWarnings
  readonly #config: SfuConfig
  readonly #log: Log
  readonly #taps: TapServer
  readonly #clientConfig: ClientConfig
  readonly #events = new EngineEmitter()
  readonly #rooms = new Map<MeetingId, MediaRoom>()
  #droppedPackets = 0
  #closing: Promise<void> | undefined

  private constructor(
    config: SfuConfig,
    log: Log,
    parts: {
      workers: MediaWorkers
      warnings: WorkerWarnings
      taps: TapServer
      capabilities: RtpCapabilities
    },
  ) {
    this.#config = config
    this.#log = log
    this.workers = parts.workers
    this.warnings = parts.warnings
    this.#taps = parts.taps
    this.#clientConfig = { routerRtpCapabilities: parts.capabilities }
    this.workers.onDied((dead) => {
      for (const room of this.#rooms.values()) room.loseWorker(dead)
    })
  }

  /** Starts workers and the recorders' port. Throws AppError `media_unavailable` when a worker cannot start. */
  static async start(config: SfuConfig, log: Log): Promise<MediasoupEngine> {
    let pool: MediaWorkers | undefined
    const warnings = new WorkerWarnings({
      log,
      silence: (pid, isSilent) => {
        const told = pool?.tellOfPackets(pid, !isSilent)
        if (told) detach(log, 'mediaWorkerNotTold', told)
      },
    })
    setLogEventListeners({
      onwarn: (namespace, text) => warnings.note(namespace, text),
      onerror: (namespace, text) => log.error('mediasoupFailed', { namespace, text }),
    })
    const workers = (pool = await MediaWorkers.start({
      count: config.workers,
      mediaPort: config.mediaPort,
      listenAddress: config.listenAddress,
      announcedAddress: config.announcedAddress,
      workerBin: config.workerBin,
      log,
    }))
    try {
      const taps = await TapServer.start({
        host: config.tapHost,
        port: config.tapPort,
        announcedHost: config.tapAnnouncedHost,
        log,
      })
      const router = await (await workers.choose()).process.createRouter({ mediaCodecs })
      const capabilities = offeredCapabilities(router.rtpCapabilities)
      router.close()
      return new MediasoupEngine(config, log, { workers, warnings, taps, capabilities })
    } catch (error) {
      await workers.close()
      throw error
    }
  }

  /** What there is now, for metrics and placing. */
  stats(): EngineStats {
    const rooms = [...this.#rooms.values()]
    const alive = this.workers.alive
    return {
      rooms: rooms.length,
      participants: rooms.reduce((sum, room) => sum + room.attendees.size, 0),
      producers: rooms.reduce((sum, room) => sum + room.tracks.size, 0),
      consumers: alive.reduce((sum, worker) => sum + worker.consumers, 0),
      load: alive.reduce((sum, worker) => sum + worker.load, 0),
      liveWorkers: alive.length,
      tapDroppedPackets: this.#droppedPackets,
    }
  }

  get rooms(): ReadonlyMap<MeetingId, MediaRoom> {
    return this.#rooms
  }

  async openRoom(roomId: MeetingId): Promise<OpenedRoom> {
    if (this.#closing) throw new AppError('media_unavailable', 'The engine is closed')
    if (!this.#rooms.has(roomId)) {
      const room = new MediaRoom({
        id: roomId,
        workers: this.workers,
        taps: this.#taps,
        events: this.#events,
        addresses: () => announcedAddresses(this.#config.listenAddress, this.#config.announcedAddress),
        tapBacklogBytes: this.#config.tapBacklogBytes,
        onDropped: () => this.#droppedPackets++,
        maxVideoConsumers: this.#config.maxVideoConsumers,
        spreadAfterConsumers: this.#config.spreadAfterConsumers,
        log: this.#log.child({ roomId }),
      })
      this.#rooms.set(roomId, room)
      detach(this.#log, 'mediaWarmFailed', room.warm())
    }
    return { engine: 'mediasoup', clientConfig: { ...this.#clientConfig } }
  }

  async closeRoom(roomId: MeetingId): Promise<void> {
    const room = this.#rooms.get(roomId)
    this.#rooms.delete(roomId)
    room?.close()
  }

  async admit(roomId: MeetingId, participantId: ParticipantId, admission: Admission): Promise<MediaTicket> {
    const room = this.#room(roomId)
    if (admission.kind === 'recorder') {
      return { engine: 'mediasoup', payload: { ...(await room.admitRecorder(participantId)) } }
    }
    const media = JoinMedia.safeParse(admission.media)
    if (!media.success) throw new AppError('media_rejected', 'Malformed capabilities', { cause: media.error })
    const grant = Grant.parse(admission.grant)
    const payload = await room.admit(participantId, grant, media.data, admission.isBeside === true)
    return { engine: 'mediasoup', payload: { ...payload } }
  }

  async settle(roomId: MeetingId, participantId: ParticipantId, isTaken: boolean): Promise<void> {
    this.#room(roomId).settle(participantId, isTaken)
  }

  async regrant(roomId: MeetingId, participantId: ParticipantId, grant: Grant): Promise<void> {
    await this.#room(roomId).regrant(participantId, Grant.parse(grant))
  }

  async negotiate(
    roomId: MeetingId,
    participantId: ParticipantId,
    message: MediaMessage,
  ): Promise<MediaMessage> {
    const page = this.#room(roomId).pageMedia(participantId)
    const parsed = NegotiateMessage.safeParse(message)
    if (!parsed.success) throw new AppError('media_rejected', 'Malformed message', { cause: parsed.error })
    return page.negotiate(parsed.data)
  }

  async evict(roomId: MeetingId, participantId: ParticipantId): Promise<void> {
    this.#rooms.get(roomId)?.evict(participantId)
  }

  onEvent(listener: EngineListener): () => void {
    return this.#events.onEvent(listener)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.warnings.close()
    setLogEventListeners() // workers complain of broken pipes while they are taken down
    for (const room of this.#rooms.values()) room.close()
    this.#rooms.clear()
    this.#events.clear()
    await this.#taps.close()
    await this.workers.close()
  }

  #room(roomId: MeetingId): MediaRoom {
    const room = this.#rooms.get(roomId)
    if (!room) throw new AppError('not_found', 'No such room')
    return room
  }
}

import type { AudioLevelObserver, Producer, Router } from 'mediasoup/types'
import type { ParticipantId } from '#contract/ids.ts'
import { mediaCodecs } from './codecs.ts'
import type { MediaWorker } from './mediaWorkers.ts'
import { type SpeakerMeter, speakersIntervalMs } from './speakerMeter.ts'

/** Quieter than this is not speech, in dBov. */
const speechThresholdDbov = -60

/** A room's presence on one worker: its router, and the ear for the microphones that enter there. */
export class RoomRouter {
  readonly worker: MediaWorker
  readonly router: Router
  readonly #levels: AudioLevelObserver
  readonly #microphones = new Map<string, ParticipantId>()

  private constructor(worker: MediaWorker, router: Router, levels: AudioLevelObserver) {
    this.worker = worker
    this.router = router
    this.#levels = levels
  }

  static async open(worker: MediaWorker, meter: SpeakerMeter): Promise<RoomRouter> {
    const router = await worker.process.createRouter({ mediaCodecs })
    const levels = await router.createAudioLevelObserver({
      maxEntries: 10,
      threshold: speechThresholdDbov,
      interval: speakersIntervalMs,
    })
    const opened = new RoomRouter(worker, router, levels)
    levels.on('volumes', (volumes) =>
      meter.update(
        router.id,
        volumes.flatMap(({ producer, volume }) => {
          const participantId = opened.#microphones.get(producer.id)
          return participantId ? [{ participantId, level: volume }] : []
        }),
      ),
    )
    levels.on('silence', () => meter.update(router.id, []))
    router.observer.once('close', () => meter.update(router.id, []))
    return opened
  }

  get isAlive(): boolean {
    return !this.router.closed
  }

  /** Listens to a microphone that enters here (never to one that is piped in: it would count twice). */
  async listenTo(producer: Producer, participantId: ParticipantId): Promise<void> {
    this.#microphones.set(producer.id, participantId)
    producer.observer.once('close', () => this.#microphones.delete(producer.id))
    await this.#levels.addProducer({ producerId: producer.id })
  }

  close(): void {
    this.router.close()
  }
}

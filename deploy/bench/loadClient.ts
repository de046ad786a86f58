import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Grant } from '#contract/grant.ts'
import { ParticipantId, type MeetingId } from '#contract/ids.ts'
import type { MediaMessage } from '#contract/media.ts'
import { withoutCongestionControl } from '#sfu/mediasoup/codecs.ts'
import type { MediaEngine } from '#sfu/engine.ts'
import type { TicketPayload } from '#sfu/mediasoup/negotiation.ts'
import type { LoadTrack } from './loadStream.ts'

/** What the load client's process is told. */
export type ToLoadClient =
  | { type: 'publish'; id: number; participantId: string; ticket: TicketPayload; tracks: LoadTrack[] }
  | { type: 'receive'; id: number; participantId: string; ticket: TicketPayload }
  | { type: 'count'; id: number }
  | { type: 'answer'; askId: number; error?: string }

/** What it tells. */
export type FromLoadClient =
  | { type: 'done'; id: number; counts?: LoadCounts; error?: string }
  | { type: 'negotiate'; askId: number; participantId: string; message: MediaMessage }

/** Since the start, over all peers. */
export interface LoadCounts {
  /** When they were read, by the load client's clock. */
  atMs: number
  sentPackets: number
  receivedPackets: number
  receivedBytes: number
  /** Connections by the SRTP profile that DTLS agreed on. */
  ciphers: Record<string, number>
}

type Order = ToLoadClient extends infer T ? (T extends { id: number } ? Omit<T, 'id'> : never) : never

const openGrant: Grant = { microphone: 'open', camera: 'open', screen: 'open', screenAudio: 'open' }

/**
 * Real peers without browsers in a process of their own: ICE, DTLS and SRTP by node-datachannel, no decoding. They
 * give no congestion feedback, so their capabilities do not offer any (else the worker takes silence for congestion).
 * Keep a run under 70,000 packets a second on 2 cores.
 */
export class LoadClient {
  readonly #engine: MediaEngine
  readonly #roomId: MeetingId
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (done: Extract<FromLoadClient, { type: 'done' }>) => void>()
  #lastId = 0

  constructor(engine: MediaEngine, roomId: MeetingId) {
    this.#engine = engine
    this.#roomId = roomId
    this.#child = fork(join(import.meta.dirname, 'loadClientProcess.ts'), { serialization: 'advanced' })
    this.#child.on('message', (message: FromLoadClient) => {
      if (message.type === 'done') this.#waiting.get(message.id)?.(message)
      else this.#negotiate(message.askId, message.participantId, message.message)
    })
    this.#child.once('exit', () => {
      for (const [id, tell] of this.#waiting) tell({ type: 'done', id, error: 'The load client ended' })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** A participant comes in and sends; resolves when its tracks are published. */
  async publish(name: string, tracks: LoadTrack[]): Promise<void> {
    const ticket = await this.#admit(name, { send: true, audio: false, video: false })
    await this.#order({ type: 'publish', participantId: name, ticket, tracks })
  }

  /** A participant comes in and receives every track that is published now; resolves when connected. */
  async receive(name: string): Promise<void> {
    const ticket = await this.#admit(name, { send: false, audio: true, video: true })
    await this.#order({ type: 'receive', participantId: name, ticket })
  }

  counts(): Promise<LoadCounts> {
    return this.#order({ type: 'count' })
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL') // it holds nothing worth keeping, and its native threads end slowly
    await ended
  }

  async #admit(
    name: string,
    wants: { send: boolean; audio: boolean; video: boolean },
  ): Promise<TicketPayload> {
    const { clientConfig } = await this.#engine.openRoom(this.#roomId)
    // The engine's own words: this is mediasoup's client.
    const offered = clientConfig['routerRtpCapabilities'] as Parameters<typeof withoutCongestionControl>[0]
    const { payload } = await this.#engine.admit(this.#roomId, ParticipantId.parse(name), {
      kind: 'page',
      grant: openGrant,
      media: { rtpCapabilities: withoutCongestionControl(offered), wants },
    })
    return payload as unknown as TicketPayload // as above
  }

  #negotiate(askId: number, participantId: string, message: MediaMessage): void {
    const answer = (error?: string): void => {
      const words: ToLoadClient = { type: 'answer', askId, ...(error === undefined ? {} : { error }) }
      this.#child.send(words)
    }
    this.#engine.negotiate(this.#roomId, ParticipantId.parse(participantId), message).then(
      () => answer(),
      (error: unknown) => answer(String(error)),
    )
  }

  #order(order: Order): Promise<LoadCounts> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ counts, error }) => {
        this.#waiting.delete(id)
        if (counts) resolve(counts)
        else reject(new Error(error ?? 'The load client did not answer'))
      })
      this.#child.send({ ...order, id })
    })
  }
}

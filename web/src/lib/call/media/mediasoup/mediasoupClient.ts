import type { Device, types } from 'mediasoup-client'
import type { TrackSource } from '#contract/grant.ts'
import type { TrackId } from '#contract/ids.ts'
import type { MediaMessage, MediaTicket } from '#contract/media.ts'
import type {
  ClientConfig,
  EngineMessage,
  JoinMediaInput,
  NegotiateMessageInput,
  RestartIceReply,
  TicketPayload,
} from '#sfu/mediasoup/negotiation.ts'
import { TicketDialogue } from './dialogue.ts'
import { IceMender } from './iceMender.ts'
import { IncomingTracks } from './incomingTracks.ts'
import type {
  EngineLine,
  MediaClient,
  MediaClientHooks,
  MediaServers,
  MediaState,
  MediaStats,
  ViewWish,
} from '../mediaClient.ts'
import { newDevice } from './newDevice.ts'
import { OutgoingTracks } from './outgoingTracks.ts'
import { sendLine } from './sendLine.ts'
import { StatsMeter } from '../statsMeter.ts'

const backlogLimit = 500
/** How long sending waits at most for what is received to be up, in milliseconds. */
const headStartMs = 500

/** mediasoup's half in the browser, the only place that knows the vendor. Tickets come from our own engine. */
export class MediasoupClient implements MediaClient {
  readonly #line: EngineLine
  readonly #hooks: MediaClientHooks
  readonly #stopListening: () => void
  readonly #meter = new StatsMeter()
  readonly #pastTickets = new Set<string>()
  #device: Device | null = null
  #preparing: Promise<void> | null = null
  #media: TicketMedia | null = null
  /** Of the last ticket. */
  #candidates: TicketPayload['recv']['iceCandidates'] = []
  #wishes: ViewWish[] | null = null
  /** Words for a ticket that has not come yet. */
  #backlog: EngineMessage[] = []
  #isClosed = false

  constructor(line: EngineLine, hooks: MediaClientHooks) {
    this.#line = line
    this.#hooks = hooks
    this.#stopListening = line.on('media:message', ({ payload }) => this.#receive(payload))
  }

  prepare(clientConfig: Record<string, unknown>): Promise<void> {
    this.#preparing ??= this.#load(clientConfig)
    return this.#preparing
  }

  async #load(clientConfig: Record<string, unknown>): Promise<void> {
    const device = await newDevice()
    const { routerRtpCapabilities } = clientConfig as unknown as ClientConfig
    // The vendor names header extensions one by one where the engine passes text.
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities })
    this.#device = device
  }

  joinPayload(): MediaMessage {
    if (!this.#device) throw new Error('prepare() first')
    // The engine parses it; its input type is narrower than the vendor's output (no encrypted extensions).
    return {
      rtpCapabilities: this.#device.recvRtpCapabilities as JoinMediaInput['rtpCapabilities'],
    } satisfies JoinMediaInput
  }

  async start(ticket: MediaTicket): Promise<void> {
    if (!this.#device || this.#isClosed) return
    this.#drop()
    const payload = ticket.payload as unknown as TicketPayload
    this.#candidates = payload.recv.iceCandidates
    const waiting = this.#backlog.filter((message) => message.ticketId === payload.ticketId)
    this.#backlog = []
    const media = new TicketMedia(this.#device, payload, this.#line, this.#hooks, () => this.#tellState())
    this.#media = media
    this.#tellState()
    media.incoming.setView(this.#wishes)
    const negotiated = media.begin(payload.consumers)
    for (const message of waiting) media.receive(message)
    await negotiated
  }

  stop(): void {
    this.#drop()
    this.#tellState()
  }

  async send(source: TrackSource): Promise<void> {
    await this.#media?.sending?.send(source)
  }

  setView(wishes: ViewWish[]): void {
    this.#wishes = wishes
    this.#media?.incoming.setView(wishes)
  }

  #receive(message: MediaMessage): void {
    const word = message as unknown as EngineMessage
    if (word.ticketId === this.#media?.id) this.#media.receive(word)
    else if (!this.#pastTickets.has(word.ticketId) && this.#backlog.length < backlogLimit) {
      this.#backlog.push(word)
    }
  }

  receivedTracks(): TrackId[] {
    return this.#media?.incoming.trackIds() ?? []
  }

  revive(isNetworkChanged: boolean): void {
    this.#media?.revive(isNetworkChanged)
    this.#media?.sending?.repeat()
  }

  servers(): MediaServers {
    return {
      hosts: [...new Set(this.#candidates.map(({ address }) => address))],
      ports: [...new Set(this.#candidates.map(({ port }) => port))],
    }
  }

  async stats(): Promise<MediaStats> {
    return this.#meter.read((await this.#media?.reports()) ?? [])
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stopListening()
    this.#drop()
    this.#hooks.onStateChange('closed')
  }

  #drop(): void {
    if (!this.#media) return
    this.#pastTickets.add(this.#media.id)
    this.#media.close()
    this.#media = null
  }

  #tellState(): void {
    if (!this.#isClosed) this.#hooks.onStateChange(this.#media?.state ?? 'new')
  }
}

/** One ticket's life: two transports, what is sent and what is received. */
class TicketMedia {
  readonly id: string
  readonly incoming: IncomingTracks
  /** Null for who only looks on. */
  readonly #outgoing: OutgoingTracks | null
  readonly #hooks: MediaClientHooks
  readonly #dialogue: TicketDialogue
  readonly #transports: types.Transport[]
  readonly #menders: IceMender[]
  /** What the engine has not confirmed yet, by direction. */
  readonly #unconfirmed = new Map<'send' | 'recv', types.DtlsParameters>()
  /** What is received flows, or its head start is over. */
  readonly #received = Promise.withResolvers<void>()
  #headStart: ReturnType<typeof setTimeout> | undefined
  #isSending = false
  #isClosed = false
  #isLost = false

  constructor(
    device: Device,
    payload: TicketPayload,
    line: EngineLine,
    hooks: MediaClientHooks,
    onState: () => void,
  ) {
    this.id = payload.ticketId
    this.#hooks = hooks
    this.#dialogue = new TicketDialogue(payload.ticketId, line, hooks.onWarning, () => this.#lose())
    const recv = device.createRecvTransport(payload.recv)
    const send = payload.send && device.createSendTransport(payload.send)
    this.#transports = send ? [send, recv] : [recv]
    this.#menders = this.#transports.map((transport) => this.#watch(transport, onState))
    this.incoming = new IncomingTracks(
      {
        consume: ({ consumerId, trackId, kind, rtpParameters, participantId, source }) =>
          recv.consume({
            id: consumerId,
            producerId: trackId,
            kind,
            rtpParameters: rtpParameters as types.RtpParameters,
            // One stream a person keeps lips and voice together; a screen is a stream of its own.
            streamId: `${participantId}-${source === 'screen' || source === 'screenAudio' ? 'screen' : 'self'}`,
          }),
        isConnected: () => recv.connectionState === 'connected',
      },
      this.#dialogue,
      hooks,
    )
    this.#outgoing = send && new OutgoingTracks(sendLine(send), this.#dialogue, hooks.own)
  }

  /** What is sent; null for who only looks on, and until its turn has come. */
  get sending(): OutgoingTracks | null {
    return this.#isSending ? this.#outgoing : null
  }

  /**
   * Receives what the ticket brought, all in one tick and so in one negotiation; resolves when that is done. Sending
   * has its turn when the received flows: it has a negotiation for each track and encoders to start.
   */
  async begin(consumers: TicketPayload['consumers']): Promise<void> {
    const negotiated = Promise.all(consumers.map((parameters) => this.incoming.add(parameters)))
    // A connection that is closed meanwhile leaves its negotiation unanswered.
    await Promise.race([negotiated, this.#received.promise])
    // At least a turn of the event loop: the page draws first.
    this.#headStart = setTimeout(() => this.#received.resolve(), consumers.length > 0 ? headStartMs : 0)
    void this.#received.promise.then(() => this.#send())
  }

  #send(): void {
    clearTimeout(this.#headStart)
    if (this.#isClosed) return
    this.#isSending = true
    this.#outgoing?.repeat()
  }

  #watch(transport: types.Transport, onState: () => void): IceMender {
    const { direction } = transport
    const mender = new IceMender(
      {
        get state() {
          return transport.connectionState
        },
        restart: async () => {
          const reply = await this.#dialogue.ask({ type: 'restartIce', direction })
          const { iceParameters } = reply as unknown as RestartIceReply
          if (!transport.closed) await transport.restartIce({ iceParameters })
        },
      },
      { onGivenUp: () => this.#lose(), onWarning: (event, error) => this.#dialogue.warn(event, error) },
    )
    transport.on('connect', ({ dtlsParameters }, done) => {
      // Without waiting: the worker begins DTLS when ICE is up, with or without our word.
      done()
      this.#unconfirmed.set(direction, dtlsParameters)
      this.#connect(direction)
    })
    transport.on('connectionstatechange', () => {
      if (this.#isClosed) return
      if (direction === 'recv' && transport.connectionState === 'connected') this.#received.resolve()
      mender.observe()
      onState()
    })
    return mender
  }

  #connect(direction: 'send' | 'recv'): void {
    const vendors = this.#unconfirmed.get(direction)
    if (!vendors) return
    type Ours = (NegotiateMessageInput & { type: 'connectTransport' })['dtlsParameters']
    // The vendor's type also knows hashes and roles that no browser of today offers; the engine refuses those.
    this.#dialogue.ask({ type: 'connectTransport', direction, dtlsParameters: vendors as Ours }).then(
      () => this.#unconfirmed.delete(direction),
      (error: unknown) => this.#dialogue.warn('connectFailed', error),
    )
  }

  get state(): MediaState {
    const states = this.#transports.map((transport) => transport.connectionState)
    if (states.some((s) => s === 'disconnected' || s === 'failed' || s === 'closed')) return 'interrupted'
    if (states.includes('connecting')) return 'connecting'
    return states.includes('connected') ? 'connected' : 'new'
  }

  receive(message: EngineMessage): void {
    switch (message.type) {
      case 'consumer':
        void this.incoming.add(message)
        break
      case 'consumerClosed':
        this.incoming.remove(message.consumerId)
        break
      case 'consumerPaused':
      case 'consumerResumed':
        this.incoming.setSourcePaused(message.consumerId, message.type === 'consumerPaused')
        break
      case 'trackClosed': {
        const source = this.#outgoing?.closedByEngine(message.trackId)
        if (source && message.code === 'too_large') this.#hooks.onExcess(source)
        break
      }
      case 'layersChanged':
        break
    }
  }

  /** Says again what may have been lost with the socket, and hastens the transports. */
  revive(isNetworkChanged: boolean): void {
    for (const direction of this.#unconfirmed.keys()) this.#connect(direction)
    for (const mender of this.#menders) mender.hasten(isNetworkChanged)
    this.incoming.repeatWishes()
  }

  reports(): Promise<RTCStatsReport[]> {
    return Promise.all(this.#transports.filter((t) => !t.closed).map((t) => t.getStats()))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#dialogue.close()
    this.#received.resolve()
    for (const mender of this.#menders) mender.close()
    this.incoming.close()
    this.#outgoing?.close()
    for (const transport of this.#transports) transport.close()
  }

  #lose(): void {
    if (this.#isClosed || this.#isLost) return
    this.#isLost = true
    this.#hooks.onLost()
  }
}

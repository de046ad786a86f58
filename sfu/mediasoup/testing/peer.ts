import datachannel, { type PeerConnection, type RtcConfig, type Track as NativeTrack } from 'node-datachannel'
import { mediaKindOf, trackSources, type Grant, type TrackSource } from '#contract/grant.ts'
import { TrackId, type MeetingId, type ParticipantId } from '#contract/ids.ts'
import { withoutCongestionControl } from '../codecs.ts'
import { TestStream } from './stream.ts'
import type {
  ClientConfig,
  ConsumerParameters,
  EngineMessage,
  NegotiateMessageInput,
  PublishReply,
  TicketPayload,
  TransportParameters,
} from '../negotiation.ts'
import type { MediaEngine } from '../../engine.ts'
import { onEventOf } from '../../testing/events.ts'

datachannel.initLogger('Error', (level, text) => console.error(level, text))

/** A real peer without a browser: ICE, DTLS and SRTP by node-datachannel, packets made by hand. For tests only. */
export class TestPeer {
  readonly engine: MediaEngine
  readonly roomId: MeetingId
  readonly participantId: ParticipantId
  readonly ticket: TicketPayload
  readonly messages: EngineMessage[] = []
  readonly consumers = new Map<string, ConsumerParameters>()
  /** Packets by consumer id. */
  readonly received = new Map<string, Buffer[]>()
  readonly counts = new Map<string, number>()
  readonly streams = new Map<TrackSource, TestStream>()
  readonly #cleanup: (() => void)[] = []
  readonly #rtc: RtcConfig
  readonly #lines: ConsumerParameters[] = []
  #recv: PeerConnection | null = null
  #isClosed = false
  #send: PeerConnection | null = null
  #connecting: Promise<void> | null = null

  private constructor(
    engine: MediaEngine,
    roomId: MeetingId,
    participantId: ParticipantId,
    ticket: TicketPayload,
    rtc: RtcConfig,
  ) {
    this.engine = engine
    this.roomId = roomId
    this.participantId = participantId
    this.ticket = ticket
    this.#rtc = rtc
  }

  /** Is admitted and receives all that it is offered. */
  static async join(
    engine: MediaEngine,
    roomId: MeetingId,
    participantId: ParticipantId,
    grant: Grant,
    options: {
      rtc?: RtcConfig
      candidates?: (line: TransportParameters) => TransportParameters
      isBeside?: boolean
    } = {},
  ): Promise<TestPeer> {
    const { clientConfig } = await engine.openRoom(roomId)
    const early: EngineMessage[] = []
    let peer: TestPeer | null = null
    const off = onEventOf(engine, 'message', (event) => {
      if (event.roomId !== roomId || event.participantId !== participantId) return
      const message = event.payload as unknown as EngineMessage // the engine's own words, in a test
      if (peer) peer.#hear(message)
      else early.push(message)
    })
    const config = clientConfig as unknown as ClientConfig // as above
    const { payload } = await engine.admit(roomId, participantId, {
      kind: 'page',
      grant,
      isBeside: options.isBeside === true,
      media: {
        rtpCapabilities: withoutCongestionControl(
          config.routerRtpCapabilities as Parameters<typeof withoutCongestionControl>[0],
        ),
      },
    })
    let ticket = payload as unknown as TicketPayload // as above
    const { candidates } = options
    if (candidates) {
      ticket = { ...ticket, recv: candidates(ticket.recv), send: ticket.send && candidates(ticket.send) }
    }
    peer = new TestPeer(engine, roomId, participantId, ticket, options.rtc ?? { iceServers: [] })
    peer.#cleanup.push(off)
    for (const consumer of ticket.consumers) {
      peer.#lines.push(consumer)
      peer.consumers.set(consumer.consumerId, consumer)
    }
    if (peer.#lines.length > 0) peer.#offerToReceive()
    for (const message of early) peer.#hear(message)
    return peer
  }

  negotiate(message: Record<string, unknown> & { type: NegotiateMessageInput['type'] }) {
    return this.engine.negotiate(this.roomId, this.participantId, {
      ticketId: this.ticket.ticketId,
      ...message,
    })
  }

  /** Publishes a source and sends its packets until `close` or `unpublish`. */
  async publish(
    source: TrackSource,
    options: { trackId?: string; layers?: number } = {},
  ): Promise<PublishReply> {
    await (this.#connecting ??= this.#connectToSend())
    const stream = this.streams.get(source)
    if (!stream) throw new Error(`No stream for ${source}`)
    const reply = await this.negotiate({
      type: 'publish',
      source,
      trackId: TrackId.parse(options.trackId ?? `${this.participantId}-${source}`),
      rtpParameters: stream.rtpParameters(options.layers ?? 1),
    })
    stream.isSending = true
    return reply as unknown as PublishReply // the engine's own words, in a test
  }

  /** One transport for all four sources. */
  async #connectToSend(): Promise<void> {
    const { send } = this.ticket
    if (!send) throw new Error('The join did not ask to send')
    const pc = this.#connection('send')
    this.#send = pc
    for (const [index, source] of trackSources.entries()) {
      const stream = new TestStream(mediaKindOf(source))
      const isAudio = stream.kind === 'audio'
      const media = isAudio
        ? new datachannel.Audio(String(index), 'SendOnly')
        : new datachannel.Video(String(index), 'SendOnly')
      if (media instanceof datachannel.Audio) media.addOpusCodec(stream.payloadType)
      else media.addVP8Codec(stream.payloadType)
      for (const ssrc of stream.ssrcs) media.addSSRC(ssrc, 'test', 'test', String(index))
      this.streams.set(source, stream)
      this.#pump(pc.addTrack(media), stream)
    }
    pc.setLocalDescription('offer')
    const offer = pc.localDescription()?.sdp ?? ''
    await this.negotiate({ type: 'connectTransport', direction: 'send', dtlsParameters: dtlsOf(offer) })
    pc.setRemoteDescription(this.#answer(send), 'answer')
  }

  /** Packets of a participant's source that came so far. */
  packetsOf(from: ParticipantId, source: TrackSource): number {
    return [...this.consumers.values()]
      .filter((consumer) => consumer.participantId === from && consumer.source === source)
      .reduce((sum, consumer) => sum + (this.counts.get(consumer.consumerId) ?? 0), 0)
  }

  consumerOf(from: ParticipantId, source: TrackSource): ConsumerParameters | undefined {
    return [...this.consumers.values()].find((c) => c.participantId === from && c.source === source)
  }

  close(): void {
    this.#isClosed = true
    for (const cleanup of this.#cleanup.splice(0)) cleanup()
    this.#send?.close()
    this.#recv?.close()
  }

  #hear(message: EngineMessage): void {
    if (message.ticketId !== this.ticket.ticketId) return
    this.messages.push(message)
    if (message.type === 'consumerClosed') this.consumers.delete(message.consumerId)
    if (message.type !== 'consumer') return
    this.#lines.push(message)
    this.consumers.set(message.consumerId, message)
    this.#offerToReceive()
  }

  #offerToReceive(): void {
    const isFirst = this.#recv === null
    const pc = (this.#recv ??= this.#openReceiver())
    pc.setRemoteDescription(this.#offer(), 'offer')
    pc.setLocalDescription('answer')
    if (!isFirst) return
    const answer = pc.localDescription()?.sdp ?? ''
    this.negotiate({ type: 'connectTransport', direction: 'recv', dtlsParameters: dtlsOf(answer) }).catch(
      (error: unknown) => {
        if (!this.#isClosed) console.error('The receiver was not connected', error)
      },
    )
  }

  #openReceiver(): PeerConnection {
    const pc = this.#connection('recv')
    pc.onTrack((track) => {
      track.onMessage((packet) => {
        const ssrc = packet.length >= 12 ? packet.readUInt32BE(8) : 0
        const line = this.#lines.find((l) => l.rtpParameters.encodings?.[0]?.ssrc === ssrc)
        if (!line) return
        this.counts.set(line.consumerId, (this.counts.get(line.consumerId) ?? 0) + 1)
        const kept = this.received.get(line.consumerId) ?? []
        if (kept.length < 2000) kept.push(Buffer.from(packet))
        this.received.set(line.consumerId, kept)
      })
      this.#cleanup.push(() => track.close())
    })
    return pc
  }

  #connection(direction: 'send' | 'recv'): PeerConnection {
    return new datachannel.PeerConnection(`${this.participantId}-${direction}`, {
      disableAutoNegotiation: true,
      forceMediaTransport: true,
      ...this.#rtc,
    })
  }

  #pump(native: NativeTrack, stream: TestStream): void {
    const timer = setInterval(() => {
      if (!stream.isSending || !native.isOpen()) return
      try {
        for (const packet of stream.next()) native.sendMessageBinary(packet)
      } catch (error) {
        // The library's own thread may close the track between the question and the sending.
        if (native.isOpen()) throw error
        clearInterval(timer)
      }
    }, 10)
    this.#cleanup.push(() => clearInterval(timer))
  }

  #offer(): string {
    const { recv } = this.ticket
    const sections = this.#lines.map((line, index) => {
      const codec = line.rtpParameters.codecs[0]
      const ssrc = line.rtpParameters.encodings?.[0]?.ssrc ?? 0
      const name = codec?.mimeType.split('/')[1] ?? ''
      const channels = codec?.channels === 2 ? '/2' : ''
      return [
        `m=${line.kind} 7 UDP/TLS/RTP/SAVPF ${codec?.payloadType}`,
        'c=IN IP4 127.0.0.1',
        `a=mid:${index}`,
        'a=sendonly',
        'a=rtcp-mux',
        `a=rtpmap:${codec?.payloadType} ${name}/${codec?.clockRate}${channels}`,
        `a=ssrc:${ssrc} cname:${line.participantId}`,
        ...iceLines(recv, 'actpass'),
      ]
    })
    return sessionOf(this.#lines.length, sections.flat())
  }

  #answer(send: TransportParameters): string {
    const sections = trackSources.map((source, index) => {
      const isAudio = mediaKindOf(source) === 'audio'
      const payloadType = isAudio ? 111 : 96
      return [
        `m=${isAudio ? 'audio' : 'video'} 7 UDP/TLS/RTP/SAVPF ${payloadType}`,
        'c=IN IP4 127.0.0.1',
        `a=mid:${index}`,
        'a=recvonly',
        'a=rtcp-mux',
        `a=rtpmap:${payloadType} ${isAudio ? 'opus/48000/2' : 'VP8/90000'}`,
        ...iceLines(send, 'passive'),
      ]
    })
    return sessionOf(trackSources.length, sections.flat())
  }
}

function sessionOf(count: number, lines: string[]): string {
  const mids = Array.from({ length: count }, (_, index) => index).join(' ')
  return [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mids}`,
    'a=msid-semantic:WMS *',
    ...lines,
    '',
  ].join('\r\n')
}

function iceLines({ iceParameters, iceCandidates, dtlsParameters }: TransportParameters, setup: string) {
  const print = dtlsParameters.fingerprints.find((p) => p.algorithm === 'sha-256')
  return [
    `a=setup:${setup}`,
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${print?.value}`,
    ...iceCandidates.map(
      (c) =>
        `a=candidate:${c.foundation} 1 ${c.protocol} ${c.priority} ${c.address} ${c.port} typ host${c.tcpType ? ` tcptype ${c.tcpType}` : ''}`,
    ),
    'a=end-of-candidates',
  ]
}

function dtlsOf(sdp: string) {
  const [, algorithm = '', value = ''] = /a=fingerprint:(\S+) (\S+)/.exec(sdp) ?? []
  return { role: 'client', fingerprints: [{ algorithm, value }] }
}

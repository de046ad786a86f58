import datachannel, { type PeerConnection, type Track } from 'node-datachannel'
import type { ConsumerParameters, TransportParameters } from '#sfu/mediasoup/negotiation.ts'
import { LoadStream, type LoadTrack } from './loadStream.ts'

const connectTimeoutMs = 20_000

/** Ciphers that were negotiated, by how many connections. Filled from the library's log: it has no other word for it. */
export const ciphers = new Map<string, number>()

datachannel.initLogger('Debug', (level, text) => {
  const profile = /SRTP profile is: (\S+)/.exec(text)?.[1]
  if (profile) ciphers.set(profile, (ciphers.get(profile) ?? 0) + 1)
  if (level === 'Error' || level === 'Fatal') console.error(`load client: ${text}`)
})

/** Says the DTLS fingerprint to the engine. */
export type Connect = (dtlsParameters: object) => Promise<unknown>

/** One transport that receives all of a ticket's tracks and only counts. */
export class LoadReceiver {
  packets = 0
  bytes = 0
  readonly #pc: PeerConnection
  readonly #tracks: Track[] = []

  constructor(name: string) {
    this.#pc = newConnection(name)
  }

  /** Resolves when DTLS is up. */
  async connect(recv: TransportParameters, consumers: ConsumerParameters[], connect: Connect): Promise<void> {
    this.#pc.onTrack((track) => {
      this.#tracks.push(track) // kept: a collected track is a closed one
      track.onMessage((packet) => {
        const type = packet[1] ?? 0
        if (type >= 192 && type <= 223) return // RTCP (RFC 5761 §4)
        this.packets++
        this.bytes += packet.length
      })
    })
    const connected = whenConnected(this.#pc)
    const sections = consumers.map(({ kind, participantId, rtpParameters }) => {
      const codec = rtpParameters.codecs[0]
      return {
        kind,
        direction: 'sendonly',
        payloadType: codec?.payloadType ?? 0,
        codec: `${codec?.mimeType.split('/')[1]}/${codec?.clockRate}${codec?.channels === 2 ? '/2' : ''}`,
        lines: [`a=ssrc:${rtpParameters.encodings?.[0]?.ssrc ?? 0} cname:${participantId}`],
      }
    })
    this.#pc.setRemoteDescription(describe(recv, 'actpass', sections), 'offer')
    this.#pc.setLocalDescription('answer')
    await connect(fingerprintOf(this.#pc))
    await connected
  }
}

/** One transport that sends synthetic tracks. */
export class LoadSender {
  readonly streams: LoadStream[]
  readonly #pc: PeerConnection
  readonly #tracks: Track[] = []

  constructor(name: string, tracks: LoadTrack[]) {
    this.#pc = newConnection(name)
    this.streams = tracks.map((track) => new LoadStream(track))
  }

  /** Resolves when DTLS is up; packets go when `pump` is called. */
  async connect(send: TransportParameters, connect: Connect): Promise<void> {
    const connected = whenConnected(this.#pc)
    for (const [index, { track, payloadType, ssrc }] of this.streams.entries()) {
      const isVideo = track.source === 'camera'
      const media = isVideo
        ? new datachannel.Video(String(index), 'SendOnly')
        : new datachannel.Audio(String(index), 'SendOnly')
      if (media instanceof datachannel.Video) media.addVP8Codec(payloadType)
      else media.addOpusCodec(payloadType)
      media.addSSRC(ssrc, 'load', 'load', String(index))
      this.#tracks.push(this.#pc.addTrack(media))
    }
    this.#pc.setLocalDescription('offer')
    await connect(fingerprintOf(this.#pc))
    const sections = this.streams.map(({ track, payloadType }) => ({
      kind: track.source === 'camera' ? 'video' : 'audio',
      direction: 'recvonly',
      payloadType,
      codec: track.source === 'camera' ? 'VP8/90000' : 'opus/48000/2',
      lines: [],
    }))
    this.#pc.setRemoteDescription(describe(send, 'passive', sections), 'answer')
    await connected
  }

  /** Sends what is due; returns how many packets. */
  pump(): number {
    let sent = 0
    for (const [index, stream] of this.streams.entries()) {
      const track = this.#tracks[index]
      if (!track?.isOpen()) continue
      for (const packet of stream.due()) {
        track.sendMessageBinary(packet)
        sent++
      }
    }
    return sent
  }
}

function newConnection(name: string): PeerConnection {
  return new datachannel.PeerConnection(name, {
    iceServers: [],
    disableAutoNegotiation: true,
    forceMediaTransport: true,
    bindAddress: '127.0.0.1',
  })
}

function whenConnected(pc: PeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('A load peer did not connect in time')), connectTimeoutMs)
    pc.onStateChange((state) => {
      if (state === 'connecting') return
      clearTimeout(timer)
      if (state === 'connected') return resolve()
      console.error(`load client: a connection is ${state}`)
      reject(new Error(`A load peer's connection is ${state}`)) // without effect once it was connected
    })
  })
}

interface Section {
  kind: string
  direction: string
  payloadType: number
  codec: string
  lines: string[]
}

/** The SFU's half of the negotiation as SDP: ICE-lite, everything on one transport. */
function describe(transport: TransportParameters, setup: string, sections: Section[]): string {
  const { iceParameters, iceCandidates, dtlsParameters } = transport
  const fingerprint = dtlsParameters.fingerprints.find((print) => print.algorithm === 'sha-256')
  const media = sections.flatMap(({ kind, direction, payloadType, codec, lines }, mid) => [
    `m=${kind} 7 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${mid}`,
    `a=${direction}`,
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${codec}`,
    ...lines,
    `a=setup:${setup}`,
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    ...iceCandidates
      .filter((candidate) => candidate.protocol === 'udp')
      .map((c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ host`),
    'a=end-of-candidates',
  ])
  const bundle = sections.map((_section, mid) => mid).join(' ')
  const session = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${bundle}`,
  ]
  return [...session, ...media, ''].join('\r\n')
}

function fingerprintOf(pc: PeerConnection): object {
  const sdp = pc.localDescription()?.sdp ?? ''
  const [, algorithm = '', value = ''] = /a=fingerprint:(\S+) (\S+)/.exec(sdp) ?? []
  return { role: 'client', fingerprints: [{ algorithm, value }] }
}

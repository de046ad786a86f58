import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket as TcpSocket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { grantOf } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import type { TicketPayload, TransportParameters } from './negotiation.ts'
import { withoutCongestionControl } from './codecs.ts'
import { bindingRequest, dtlsClientHello, isDtls } from './testing/ice.ts'
import { newSfuConfig, testLog } from './testing/mediasoupHarness.ts'

const roomId = MeetingId.parse('meeting-1')

let engine: MediasoupEngine
let line: TransportParameters

beforeEach(async () => {
  engine = await MediasoupEngine.start(newSfuConfig(), testLog)
  const { clientConfig } = await engine.openRoom(roomId)
  const capabilities = clientConfig['routerRtpCapabilities'] as Parameters<typeof withoutCongestionControl>[0]
  const { payload } = await engine.admit(roomId, ParticipantId.parse('chair'), {
    kind: 'page',
    grant: grantOf('open'),
    media: { rtpCapabilities: withoutCongestionControl(capabilities) },
  })
  line = (payload as unknown as TicketPayload).recv // the engine's own words, in a test
})

afterEach(async () => {
  await engine.close()
})

const portOf = (protocol: 'udp' | 'tcp'): number =>
  line.iceCandidates.find((candidate) => candidate.protocol === protocol)?.port ?? 0

describe('DTLS only from the validated address', () => {
  const sockets: Socket[] = []

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })

  /** A device's address, and what came back to it. */
  async function device(): Promise<{ send(datagram: Buffer): void; heard: Buffer[] }> {
    const socket = createSocket('udp4')
    sockets.push(socket)
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const heard: Buffer[] = []
    socket.on('message', (datagram) => heard.push(datagram))
    return { send: (datagram) => socket.send(datagram, portOf('udp'), '127.0.0.1'), heard }
  }

  it('is answered when a check with the password came from there, and from nowhere else', async () => {
    const stranger = await device()
    const participant = await device()
    stranger.send(dtlsClientHello())
    participant.send(bindingRequest(line.iceParameters))
    await expect.poll(() => participant.heard.length, { timeout: 10_000 }).toBeGreaterThan(0)
    stranger.send(dtlsClientHello())
    participant.send(dtlsClientHello())
    await expect.poll(() => participant.heard.filter(isDtls).length, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(stranger.heard).toEqual([])
  })

  it('a check with a wrong password proves nothing', async () => {
    const stranger = await device()
    stranger.send(bindingRequest({ ...line.iceParameters, password: 'not-the-password' }))
    stranger.send(dtlsClientHello())
    // An honest check after it is answered: what came before has been dealt with.
    const participant = await device()
    participant.send(bindingRequest(line.iceParameters))
    await expect.poll(() => participant.heard.length, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(stranger.heard.filter(isDtls)).toEqual([])
  })
})

describe('TCP connections of strangers', () => {
  const sockets: TcpSocket[] = []

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  async function open(): Promise<TcpSocket> {
    const socket = connect(portOf('tcp'), '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    socket.resume()
    return socket
  }

  it('are bounded, the oldest end, and who has proven to belong to a call stays', async () => {
    const participant = await open()
    const request = bindingRequest(line.iceParameters)
    const length = Buffer.alloc(2) // RFC 4571
    length.writeUInt16BE(request.length)
    const answered = once(participant, 'data')
    participant.write(Buffer.concat([length, request]))
    await answered
    const strangers: TcpSocket[] = []
    while (strangers.length < 600) strangers.push(await open())
    const kept = () => strangers.filter((socket) => !socket.readableEnded)
    await expect.poll(() => kept().length, { timeout: 20_000 }).toBeLessThanOrEqual(512)
    expect(kept()).toEqual(strangers.slice(-kept().length))
    expect(kept().length).toBeGreaterThan(500)
    expect(participant.readableEnded).toBe(false)
  })
})

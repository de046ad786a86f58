import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrackSource } from '#contract/grant.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { grantOf } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import type { EngineMessage } from './negotiation.ts'
import { fingerprint, honestAudio, hostileDtls, hostileRtp } from './testing/hostile.ts'
import { newSfuConfig, testLog } from './testing/mediasoupHarness.ts'
import { TestPeer } from './testing/peer.ts'
import { onEventOf } from '../testing/events.ts'

const roomId = MeetingId.parse('meeting-1')
const chair = ParticipantId.parse('chair')
const delegate = ParticipantId.parse('delegate')
const third = ParticipantId.parse('third')

describe('mediasoup behind the port', () => {
  let engine: MediasoupEngine
  const peers: TestPeer[] = []
  const join = async (id: ParticipantId, options: Parameters<typeof TestPeer.join>[4] = {}) => {
    const peer = await TestPeer.join(engine, roomId, id, grantOf('open'), options)
    peers.push(peer)
    return peer
  }
  const workerOf = (id: ParticipantId) => engine.rooms.get(roomId)?.attendees.get(id)?.home.worker
  const until = (isSo: () => boolean, timeout = 10_000) => expect.poll(isSo, { timeout }).toBe(true)
  const start = async (changes: Parameters<typeof newSfuConfig>[0] = {}) => {
    engine = await MediasoupEngine.start(newSfuConfig(changes), testLog)
  }

  beforeEach(() => start())
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close()
    await engine.close()
  })

  it('answers a join with all that it takes to connect', async () => {
    const first = await join(chair)
    await first.publish('microphone')
    await first.publish('camera')
    const { ticket } = await join(delegate)
    for (const transport of [ticket.send, ticket.recv]) {
      const [port] = transport?.iceCandidates.map((candidate) => candidate.port) ?? []
      expect(transport?.iceCandidates.map((c) => `${c.protocol} ${c.port}`)).toEqual([
        `udp ${port}`,
        `tcp ${port}`,
      ])
      expect(engine.workers.ports).toContain(port)
    }
    expect(ticket.consumers.map((consumer) => [consumer.source, consumer.isPaused])).toEqual([
      ['microphone', false],
      ['camera', false],
    ])
  })

  it('gives the same capabilities to every room: Opus with FEC and DTX, VP8 before H264', async () => {
    const { clientConfig } = await engine.openRoom(roomId)
    expect(clientConfig).toEqual((await engine.openRoom(MeetingId.parse('other'))).clientConfig)
    const text = JSON.stringify(clientConfig)
    expect(text.indexOf('video/VP8')).toBeLessThan(text.indexOf('video/H264'))
    expect(text).toContain('"useinbandfec":1')
    expect(text).toContain('"usedtx":1')
    // Else phones send their pictures lying down, with a mark that a recording cannot obey on the way.
    expect(text).not.toContain('video-orientation')
    expect(text.length).toBeLessThan(10_000)
  })

  it('keeps a small room on one worker, and spans workers when it grows', async () => {
    await engine.close()
    await start({ spreadAfterConsumers: 3 })
    await join(chair)
    await join(delegate)
    expect(workerOf(chair)).toBe(workerOf(delegate))
    const speaker = peers[0]
    await speaker?.publish('microphone')
    await speaker?.publish('camera')
    await until(() => peers[1]?.packetsOf(chair, 'camera') !== 0)
    const far = await join(third)
    expect(workerOf(third)).not.toBe(workerOf(chair))
    await until(() => far.packetsOf(chair, 'microphone') > 5 && far.packetsOf(chair, 'camera') > 5)
  })

  it('survives a worker killed with -9: the others go on, the lost are told and come back', async () => {
    const [stays, goes, watches] = [await join(chair), await join(delegate), await join(third)]
    expect(workerOf(delegate)).not.toBe(workerOf(chair))
    expect(workerOf(third)).toBe(workerOf(chair))
    await stays.publish('microphone')
    await goes.publish('microphone')
    await until(
      () => watches.packetsOf(chair, 'microphone') > 5 && watches.packetsOf(delegate, 'microphone') > 5,
    )
    const events: string[] = []
    onEventOf(engine, 'participantLost', (event) => events.push(`lost ${event.participantId}`))
    onEventOf(engine, 'trackUnpublished', (event) => events.push(`unpublished ${event.trackId}`))
    const ports = [...engine.workers.ports]

    process.kill(workerOf(delegate)?.process.pid ?? 0, 'SIGKILL')
    await until(() => events.includes('lost delegate'))
    expect(events).toEqual(['unpublished delegate-microphone', 'lost delegate'])
    const before = watches.packetsOf(chair, 'microphone')
    await until(() => watches.packetsOf(chair, 'microphone') > before + 20)
    expect(watches.messages.some((message) => message.type === 'consumerClosed')).toBe(true)

    await until(() => engine.workers.alive.length === 2)
    expect(engine.workers.ports).toEqual(ports)
    goes.close()
    const back = await join(delegate)
    expect(workerOf(delegate)).not.toBe(workerOf(chair))
    await back.publish('microphone')
    await until(
      () => back.packetsOf(chair, 'microphone') > 5 && watches.packetsOf(delegate, 'microphone') > 5,
    )
  })

  it('survives the death of its only worker', async () => {
    await engine.close()
    await start({ workers: 1 })
    await join(chair)
    const lost: string[] = []
    onEventOf(engine, 'participantLost', (event) => lost.push(event.participantId))
    process.kill(workerOf(chair)?.process.pid ?? 0, 'SIGKILL')
    await until(() => lost.length === 1)
    const [again, listener] = [await join(chair), await join(delegate)]
    await again.publish('camera')
    await until(() => listener.packetsOf(chair, 'camera') > 5)
  })

  it('takes for lost whom no path has led to for as long as consent lives (RFC 7675)', async () => {
    const [stays, sleeps] = [await join(chair), await join(delegate)]
    await sleeps.publish('microphone')
    await until(() => stays.packetsOf(delegate, 'microphone') > 5)
    const events: string[] = []
    onEventOf(engine, 'participantLost', (event) => events.push(`lost ${event.participantId}`))
    onEventOf(engine, 'trackUnpublished', (event) => events.push(`unpublished ${event.trackId}`))
    sleeps.close()
    await until(() => events.length === 2, 40_000)
    expect(events).toEqual(['unpublished delegate-microphone', 'lost delegate'])
    const awake = await join(delegate)
    await stays.publish('microphone')
    await until(() => awake.packetsOf(chair, 'microphone') > 5)
  })

  it('really changes the layer of simulcast, also over a pipe', async () => {
    const [sender, viewer] = [await join(chair), await join(delegate)]
    expect(workerOf(delegate)).not.toBe(workerOf(chair))
    await sender.publish('camera', { layers: 3 })
    const sizes = (): number | undefined => {
      const consumer = viewer.consumerOf(chair, 'camera')
      return viewer.received.get(consumer?.consumerId ?? '')?.at(-1)?.length
    }
    const current = () => viewer.messages.findLast((message) => message.type === 'layersChanged')?.layers
    await until(() => current()?.spatialLayer === 2)
    await until(() => (sizes() ?? 0) > 300)
    const consumerId = viewer.consumerOf(chair, 'camera')?.consumerId
    await viewer.negotiate({ type: 'setConsumer', consumerId, preferredLayers: { spatialLayer: 0 } })
    await until(() => current()?.spatialLayer === 0)
    await until(() => (sizes() ?? 999) < 200)
    await viewer.negotiate({ type: 'setConsumer', consumerId, preferredLayers: { spatialLayer: 1 } })
    await until(() => current()?.spatialLayer === 1)
  })

  it('begins cameras beyond the limit paused, and lets the page choose', async () => {
    await engine.close()
    await start({ maxVideoConsumers: 1 })
    const [first, second] = [await join(chair), await join(delegate)]
    await first.publish('camera')
    await first.publish('screen')
    await second.publish('camera')
    const viewer = await join(third)
    expect(viewer.ticket.consumers.map((consumer) => [consumer.trackId, consumer.isPaused])).toEqual([
      ['chair-camera', false],
      ['chair-screen', false],
      ['delegate-camera', true],
    ])
    await until(() => viewer.packetsOf(chair, 'camera') > 20)
    expect(viewer.packetsOf(delegate, 'camera')).toBe(0)
    const consumerId = viewer.consumerOf(delegate, 'camera')?.consumerId
    await viewer.negotiate({ type: 'setConsumer', consumerId, isPaused: false })
    await until(() => viewer.packetsOf(delegate, 'camera') > 5)
    await viewer.negotiate({ type: 'setConsumer', consumerId, isPaused: true })
    await viewer.negotiate({ type: 'requestKeyFrame', consumerId })
  })

  it('tells receivers when a source is muted and heard again', async () => {
    const [sender, viewer] = [await join(chair), await join(delegate)]
    await sender.publish('microphone')
    await until(() => viewer.packetsOf(chair, 'microphone') > 5)
    await engine.regrant(roomId, chair, grantOf('open', { microphone: 'muted' }))
    await engine.regrant(roomId, chair, grantOf('open'))
    await until(() => viewer.messages.some((message) => message.type === 'consumerResumed'))
    await engine.regrant(roomId, chair, grantOf('open', { microphone: 'forbidden' }))
    await until(() => viewer.messages.some((message) => message.type === 'consumerClosed'))
    expect(viewer.messages.map((message) => message.type)).toEqual([
      'consumer',
      'consumerPaused',
      'consumerResumed',
      'consumerClosed',
    ])
    await until(() => sender.messages.some((message) => message.type === 'trackClosed'))
  })

  it.each<[TrackSource, number]>([
    ['microphone', 8],
    ['screenAudio', 8],
    ['camera', 40],
    ['screen', 40],
  ])('closes a %s that brings more than any browser would, and tells its page why', async (source, burst) => {
    const [sender, viewer] = [await join(chair), await join(delegate)]
    await sender.publish('microphone', { trackId: 'voice' })
    if (source !== 'microphone') await sender.publish(source)
    await until(() => viewer.packetsOf(chair, source) > 5)
    Object.assign(sender.streams.get(source) ?? {}, { burst, extraBytes: 1_000 })
    const closed = (): EngineMessage[] => sender.messages.filter(({ type }) => type === 'trackClosed')
    await until(() => closed().length > 0)
    expect(closed()).toMatchObject([{ code: 'too_large' }])
    await until(() => viewer.consumerOf(chair, source) === undefined)
    if (source === 'microphone') return
    // Who speaks meanwhile is heard on.
    const heard = viewer.packetsOf(chair, 'microphone')
    await until(() => viewer.packetsOf(chair, 'microphone') > heard + 150)
  })

  it('says who is heard, over all workers, at most every 300 ms, and when it falls silent', async () => {
    const [first, second] = [await join(chair), await join(delegate)]
    expect(workerOf(delegate)).not.toBe(workerOf(chair))
    const reports: { atMs: number; speakers: string[] }[] = []
    onEventOf(engine, 'speakersChanged', ({ speakers }) =>
      reports.push({ atMs: performance.now(), speakers: speakers.map((speaker) => speaker.participantId) }),
    )
    await first.publish('microphone')
    await second.publish('microphone')
    const [loud, soft] = [first.streams.get('microphone'), second.streams.get('microphone')]
    if (!loud || !soft) throw new Error('no streams')
    soft.level = 40
    await until(() => reports.at(-1)?.speakers.join() === 'chair,delegate')
    loud.level = 127
    await until(() => reports.at(-1)?.speakers.join() === 'delegate')
    soft.level = 127
    await until(() => reports.at(-1)?.speakers.length === 0)
    const gaps = reports.slice(1).map((report, index) => report.atMs - (reports[index]?.atMs ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(298)
  })

  it('restarts ICE with new credentials and keeps the ticket', async () => {
    const [sender, viewer] = [await join(chair), await join(delegate)]
    await sender.publish('microphone')
    const reply = await viewer.negotiate({ type: 'restartIce', direction: 'recv' })
    expect(reply.iceParameters).toMatchObject({ usernameFragment: expect.any(String) })
    expect(reply.iceParameters).not.toEqual(viewer.ticket.recv.iceParameters)
    expect(workerOf(delegate)).toBeDefined()
  })

  it('hears nothing of an earlier ticket', async () => {
    const former = await join(chair)
    await join(chair)
    const dtlsParameters = { role: 'client', fingerprints: [fingerprint] }
    await expect(
      former.negotiate({ type: 'connectTransport', direction: 'send', dtlsParameters }),
    ).rejects.toMatchObject({ code: 'media_rejected' })
  })

  it('takes a word about a consumer that is gone already for no loss of the ticket', async () => {
    const [sender, viewer] = [await join(chair), await join(delegate)]
    await sender.publish('camera')
    await until(() => viewer.consumers.size === 1)
    const [consumerId] = [...viewer.consumers.keys()]
    await sender.negotiate({ type: 'unpublish', trackId: `${chair}-camera` })
    await until(() => viewer.consumers.size === 0)
    expect(await viewer.negotiate({ type: 'setConsumer', consumerId, isPaused: true })).toEqual({})
    expect(await viewer.negotiate({ type: 'requestKeyFrame', consumerId })).toEqual({})
  })

  it("lets nobody touch what is another's: ticket, consumers, tracks", async () => {
    const [sender, viewer, stranger] = [await join(chair), await join(delegate), await join(third)]
    await sender.publish('camera')
    await until(() => viewer.packetsOf(chair, 'camera') > 5)
    const consumerId = viewer.consumerOf(chair, 'camera')?.consumerId
    const tries = [
      { type: 'setConsumer', consumerId, isPaused: true },
      { type: 'setConsumer', consumerId, isPaused: true, ticketId: viewer.ticket.ticketId },
      { type: 'restartIce', direction: 'recv', ticketId: viewer.ticket.ticketId },
      { type: 'unpublish', trackId: `${chair}-camera` },
      { type: 'publish', source: 'camera', trackId: `${chair}-camera`, rtpParameters: honestAudio },
    ] as const
    await Promise.allSettled(tries.map((message) => stranger.negotiate(message)))
    const before = viewer.packetsOf(chair, 'camera')
    await until(() => viewer.packetsOf(chair, 'camera') > before + 20)
    expect(engine.stats().producers).toBe(1)
  })

  it('refuses who publishes without end, also over many admissions, and lets go on who does not', async () => {
    const publish = async (peer: TestPeer, count: number): Promise<number> => {
      const done = await Promise.allSettled(
        Array.from({ length: count }, (_, index) =>
          peer.negotiate({
            type: 'publish',
            source: 'microphone',
            trackId: `t${index}`,
            rtpParameters: { ...honestAudio, encodings: [{ ssrc: 1000 + index }] },
          }),
        ),
      )
      const refused = done.filter((outcome) => outcome.status === 'rejected')
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'rate_limited' })
      return refused.length
    }
    expect(await publish(await join(chair), 200)).toBeGreaterThan(150)
    expect(await publish(await join(chair), 10)).toBe(10)
    expect(await publish(await join(delegate), 10)).toBe(0)
  })

  it('takes a repeated connect for one, and refuses another certificate', async () => {
    const peer = await join(chair)
    const connect = (value: string) =>
      peer.negotiate({
        type: 'connectTransport',
        direction: 'send',
        dtlsParameters: { role: 'client', fingerprints: [{ ...fingerprint, value }] },
      })
    await connect(fingerprint.value)
    await connect(fingerprint.value)
    await expect(connect(fingerprint.value.replaceAll('ab', 'cd'))).rejects.toMatchObject({
      code: 'media_rejected',
    })
  })

  it('lets hostile parameters neither reach nor hurt a worker', async () => {
    const peer = await join(chair)
    const pids = engine.workers.alive.map((worker) => worker.process.pid)
    const messages = [
      ...hostileDtls.map(([, dtlsParameters]) => ({
        type: 'connectTransport',
        direction: 'recv',
        dtlsParameters,
      })),
      ...hostileRtp.map(([, rtpParameters]) => ({
        type: 'publish',
        source: 'microphone',
        trackId: 'a',
        rtpParameters,
      })),
      { type: 'publish', source: 'camera', trackId: 'a', rtpParameters: honestAudio },
      { type: 'publish', source: 'microphone', trackId: '__proto__/..', rtpParameters: honestAudio },
      {
        type: 'publish',
        source: 'microphone',
        trackId: 'a',
        rtpParameters: { ...honestAudio, encodings: [{ ssrc: 1 }, { ssrc: 2 }] },
      },
      {
        type: 'publish',
        source: 'microphone',
        trackId: 'a',
        rtpParameters: {
          ...honestAudio,
          codecs: [{ ...honestAudio.codecs[0], mimeType: 'audio/unheard-of' }],
        },
      },
      { type: 'restartIce', direction: 'sideways' },
    ]
    for (const message of messages) {
      const sent = engine.negotiate(roomId, chair, { ticketId: peer.ticket.ticketId, ...message })
      await expect(sent, JSON.stringify(message).slice(0, 200)).rejects.toMatchObject({
        code: 'media_rejected',
      })
    }
    for (const media of [{}, { rtpCapabilities: null }, { rtpCapabilities: { codecs: [{}] } }]) {
      const asked = engine.admit(roomId, third, { kind: 'page', grant: grantOf('open'), media })
      await expect(asked).rejects.toMatchObject({ code: 'media_rejected' })
    }
    expect(engine.workers.alive.map((worker) => worker.process.pid)).toEqual(pids)
    expect(engine.stats().producers).toBe(0)
    const listener = await join(delegate)
    await peer.publish('microphone')
    await until(() => listener.packetsOf(chair, 'microphone') > 5)
  })

  it('sends nothing to who cannot decode, and takes nothing from who did not ask to send', async () => {
    const sender = await join(chair)
    await sender.publish('camera')
    const ticket = await engine.admit(roomId, delegate, {
      kind: 'page',
      grant: grantOf('open'),
      media: { rtpCapabilities: { codecs: [] }, wants: { send: false } },
    })
    expect(ticket.payload).toMatchObject({ send: null, consumers: [] })
    const publish = {
      type: 'publish',
      ticketId: ticket.payload.ticketId,
      source: 'microphone',
      trackId: 'a',
      rtpParameters: honestAudio,
    }
    await expect(engine.negotiate(roomId, delegate, publish)).rejects.toMatchObject({
      code: 'media_rejected',
    })
  })

  it('leaves one ticket of many admissions of the same participant', async () => {
    const grant = grantOf('open')
    await engine.openRoom(roomId)
    const media = { rtpCapabilities: { codecs: [] } }
    const admit = () => engine.admit(roomId, chair, { kind: 'page', grant, media })
    const outcomes = await Promise.allSettled([admit(), admit(), admit()])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(engine.stats()).toMatchObject({ participants: 1, load: 1 })
    await engine.evict(roomId, chair)
    expect(engine.stats()).toMatchObject({ participants: 0, load: 0 })
  })

  it('applies a mute that comes while its target is being admitted', async () => {
    const listener = await join(delegate)
    const joining = TestPeer.join(engine, roomId, chair, grantOf('open'))
    await until(() => engine.stats().load === 2)
    await engine.regrant(roomId, chair, grantOf('muted'))
    const peer = await joining
    peers.push(peer)
    expect(await peer.publish('microphone')).toMatchObject({ isMuted: true })
    expect(listener.packetsOf(chair, 'microphone')).toBe(0)
  })

  it('refuses to start on a port that is taken', async () => {
    const [mediaPort = 0] = engine.workers.ports
    await expect(
      MediasoupEngine.start(newSfuConfig({ mediaPort, workers: 1 }), testLog),
    ).rejects.toMatchObject({
      code: 'media_unavailable',
    })
  })
})

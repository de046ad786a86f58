import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ParticipantId, TrackId } from '#contract/ids.ts'
import type { ConsumerParameters } from '#sfu/mediasoup/negotiation.ts'
import type { DialogueMessage } from './dialogue.ts'
import { IncomingTracks, type IncomingConsumer } from './incomingTracks.ts'

const id = 'an' as ParticipantId
const track: MediaStreamTrack = Object.create(null)

class Consumer implements IncomingConsumer {
  readonly track = track
  closed = false
  decoded = 0
  close(): void {
    this.closed = true
  }
  getStats() {
    return Promise.resolve([{ type: 'inbound-rtp', framesDecoded: this.decoded }])
  }
}

function parameters(over: Partial<ConsumerParameters> = {}): ConsumerParameters {
  return {
    consumerId: 'c1',
    trackId: 't1' as TrackId,
    participantId: id,
    source: 'camera',
    kind: 'video',
    rtpParameters: { codecs: [], encodings: [{ scalabilityMode: 'L3T3' }] },
    layering: 'simulcast',
    isPaused: false,
    isSourcePaused: false,
    ...over,
  }
}

describe('IncomingTracks', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  function receive(consume?: () => Promise<IncomingConsumer>) {
    const consumer = new Consumer()
    const told: DialogueMessage[] = []
    const seen: string[] = []
    const incoming = new IncomingTracks(
      { consume: consume ?? (() => Promise.resolve(consumer)), isConnected: () => true },
      {
        ask: () => Promise.resolve({}),
        tell: (message) => told.push(message),
        warn: (event) => seen.push(event),
      },
      { onTrack: (t) => seen.push(`+${t.id}`), onTrackEnded: (t) => seen.push(`-${t.id}`) },
    )
    const wish = (heightPx: number) => [
      { participantId: id, source: 'camera' as const, isVisible: true, heightPx },
    ]
    return { consumer, told, seen, incoming, wish }
  }

  it('lets everything flow until the page has said what it shows', () => {
    const { incoming, told } = receive()
    void incoming.add(parameters())
    expect(told).toEqual([])
  })

  it('answers when a track is negotiated, or cannot be, which is warned of', async () => {
    const { incoming, seen } = receive()
    await incoming.add(parameters())
    expect(seen).toEqual(['+t1'])
    const refused = receive(() => Promise.reject(new Error('no such codec')))
    await refused.incoming.add(parameters())
    expect(refused.seen).toEqual(['consumeFailed'])
  })

  it('asks for the layer that the tile needs, and only when that changes', () => {
    const { incoming, told, wish } = receive()
    void incoming.add(parameters())
    incoming.setView(wish(180))
    incoming.setView(wish(190))
    incoming.setView(wish(700))
    expect(told).toEqual([
      { type: 'setConsumer', consumerId: 'c1', preferredLayers: { spatialLayer: 0 } },
      { type: 'setConsumer', consumerId: 'c1', preferredLayers: { spatialLayer: 2 } },
    ])
  })

  it('pauses what left the screen only after a while, and resumes at once', async () => {
    const { incoming, told, wish } = receive()
    void incoming.add(parameters({ layering: 'simple' }))
    incoming.setView(wish(180))
    incoming.setView([])
    await vi.advanceTimersByTimeAsync(500)
    incoming.setView(wish(180))
    await vi.advanceTimersByTimeAsync(3000)
    expect(told.filter((m) => m.type === 'setConsumer')).toEqual([])
    incoming.setView([])
    await vi.advanceTimersByTimeAsync(3000)
    incoming.setView(wish(180))
    expect(told.filter((m) => m.type === 'setConsumer')).toEqual([
      { type: 'setConsumer', consumerId: 'c1', isPaused: true },
      { type: 'setConsumer', consumerId: 'c1', isPaused: false },
    ])
  })

  it('never pauses sound', async () => {
    const { incoming, told } = receive()
    void incoming.add(parameters({ kind: 'audio', source: 'microphone' }))
    incoming.setView([])
    await vi.advanceTimersByTimeAsync(5000)
    expect(told).toEqual([])
  })

  it('asks for a key frame until a frame is decoded', async () => {
    const { incoming, told, consumer } = receive()
    void incoming.add(parameters())
    await vi.advanceTimersByTimeAsync(1300)
    expect(told).toEqual([{ type: 'requestKeyFrame', consumerId: 'c1' }])
    consumer.decoded = 10
    await vi.advanceTimersByTimeAsync(30_000)
    expect(told).toHaveLength(1)
  })

  it('closes what comes too late, and tells of each end once', async () => {
    const { incoming, consumer, seen } = receive()
    void incoming.add(parameters())
    incoming.remove('c1')
    await vi.advanceTimersByTimeAsync(1)
    expect(consumer.closed).toBe(true)
    expect(seen).toEqual(['-t1'])
  })
})

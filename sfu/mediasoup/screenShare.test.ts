import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrackSource } from '#contract/grant.ts'
import { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { grantOf } from '../engine.conformance.ts'
import { keyFrameRequestDelayMs } from './codecs.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import { newSfuConfig, testLog } from './testing/mediasoupHarness.ts'
import { TestPeer } from './testing/peer.ts'

const roomId = MeetingId.parse('meeting-1')
const chair = ParticipantId.parse('chair')
const presenter = ParticipantId.parse('presenter')
const audienceSize = 98

describe('a screen share in a meeting of a hundred', () => {
  let engine: MediasoupEngine
  const peers: TestPeer[] = []
  const join = async (name: string): Promise<TestPeer> => {
    const peer = await TestPeer.join(engine, roomId, ParticipantId.parse(name), grantOf('open'))
    peers.push(peer)
    return peer
  }

  beforeEach(async () => {
    engine = await MediasoupEngine.start(newSfuConfig(), testLog)
  })
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close()
    await engine.close()
  })

  /** How many of the peers have had some packets more than before. */
  function withMore(
    source: TrackSource,
    from: ParticipantId,
    among: TestPeer[],
    before: readonly number[] = [],
  ): number {
    return among.filter((peer, n) => peer.packetsOf(from, source) > (before[n] ?? 0) + 5).length
  }

  async function countKeyFrameRequests(trackId: string): Promise<{ count: number }> {
    const asked = { count: 0 }
    const producer = engine.rooms.get(roomId)?.tracks.get(TrackId.parse(trackId))?.producer
    producer?.on('trace', (trace) => trace.type === 'pli' && asked.count++)
    await producer?.enableTraceEvent(['pli'])
    return asked
  }

  it('reaches everybody, freezes nobody, and does not flood its sender with key frame requests', async () => {
    const speaker = await join(chair)
    const sharer = await join(presenter)
    await speaker.publish('microphone')
    await speaker.publish('camera')
    const asked = await countKeyFrameRequests('chair-camera')
    const joiningSinceMs = performance.now()
    for (let n = 0; n < audienceSize; n += 1) await join(`site-${n}`)
    const others = peers.filter((peer) => peer !== speaker)
    await expect.poll(() => withMore('camera', chair, others), { timeout: 60_000 }).toBe(others.length)
    // Each viewer wants one, but the sender makes one for all of a moment.
    const moments = (performance.now() - joiningSinceMs) / keyFrameRequestDelayMs
    expect(asked.count).toBeGreaterThan(0)
    expect(asked.count).toBeLessThanOrEqual(Math.ceil(moments) + 1)

    await sharer.publish('screen')
    const camerasBefore = others.map((peer) => peer.packetsOf(chair, 'camera'))
    const viewers = peers.filter((peer) => peer !== sharer)
    await expect.poll(() => withMore('screen', presenter, viewers), { timeout: 60_000 }).toBe(viewers.length)
    await expect
      .poll(() => withMore('camera', chair, others, camerasBefore), { timeout: 60_000 })
      .toBe(others.length)
  })
})

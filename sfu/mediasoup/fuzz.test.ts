import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { mediaKindOf } from '#contract/grant.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { grantOf } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import { DtlsParameters, RtpParameters } from './mediaParameters.ts'
import { JoinMedia } from './negotiation.ts'
import { fingerprint } from './testing/hostile.ts'
import { newSfuConfig, testLog } from './testing/mediasoupHarness.ts'

/** A generator of its own, so that a failure can be repeated (Steele, Lea, Flood 2014: SplitMix). */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) % below
  }
}

const rounds = 400
const mimeTypes = {
  audio: ['audio/opus', 'audio/opus', 'audio/PCMU', 'audio/red'],
  video: ['video/VP8', 'video/VP8', 'video/rtx', 'video/H264', 'video/VP9', 'video/ulpfec'],
}
const uris = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
]

describe('whatever passes the schemas', () => {
  const roomId = MeetingId.parse('meeting-1')
  const viewer = ParticipantId.parse('viewer')
  let engine: MediasoupEngine
  beforeAll(async () => {
    engine = await MediasoupEngine.start(newSfuConfig(), testLog)
    await engine.openRoom(roomId)
  })
  afterAll(() => engine.close())

  it('is carried out or refused, and no worker dies of it', { timeout: 120_000 }, async () => {
    const full = (await engine.openRoom(roomId)).clientConfig.routerRtpCapabilities
    const pids = engine.workers.alive.map((worker) => worker.process.pid)
    const outcomes = { done: 0, refused: 0, published: 0, consumed: 0 }
    const attempt = async (work: () => Promise<unknown>): Promise<unknown> => {
      try {
        const result = await work()
        outcomes.done++
        return result
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject({ code: 'media_rejected' })
        outcomes.refused++
        return null
      }
    }
    for (let round = 0; round < rounds; round++) {
      const pick = random(round)
      // Each round another person: one alone may not publish that much.
      await engine.evict(roomId, ParticipantId.parse(`chair-${round - 1}`))
      const chair = ParticipantId.parse(`chair-${round}`)
      const one = <T>(of: readonly T[]): T => {
        const found = of[pick(of.length)]
        if (found === undefined) throw new Error('empty')
        return found
      }
      const maybe = <T>(value: () => T): T | undefined => (pick(2) ? value() : undefined)
      const several = <T>(least: number, most: number, make: (index: number) => T): T[] =>
        Array.from({ length: least + pick(most - least + 1) }, (_, index) => make(index))
      const parameters = () => ({
        ...maybe(() => ({ apt: one([0, 96, 97, 111, 127, -5, 1.5]) })),
        ...maybe(() => ({ 'profile-level-id': one(['42e01f', '', 'zzzzzz', '4d0032']) })),
        ...maybe(() => ({ 'packetization-mode': one([0, 1, 2, 99]) })),
        ...maybe(() => ({ useinbandfec: one([0, 1, true, 'x']) })),
        ...maybe(() => ({ 'profile-id': one([0, 2, -1]) })),
      })
      const codec = (kind: 'audio' | 'video') => (index: number) => ({
        mimeType: one(mimeTypes[kind]),
        payloadType: (96 + index * 7 + pick(7)) & 127,
        clockRate: kind === 'audio' ? one([48_000, 48_000, 8000]) : one([90_000, 90_000, 48_000]),
        channels: kind === 'audio' ? one([2, 2, 1]) : maybe(() => 1 + pick(8)),
        parameters: parameters(),
        rtcpFeedback: several(0, 4, () => ({
          type: one(['nack', 'ccm', 'transport-cc', 'x']),
          parameter: maybe(() => one(['pli', 'fir', ''])),
        })),
      })
      const rtp = (kind: 'audio' | 'video') => ({
        mid: maybe(() => one(['0', 'a.b_c-d', 'm'.repeat(16)])),
        codecs: several(1, one([1, 1, 2, 4]), codec(kind)),
        headerExtensions: several(0, 6, (index) => ({ uri: one(uris), id: 1 + index * 40 + pick(40) })),
        encodings: several(1, kind === 'audio' ? 1 : 3, (index) => ({
          ...one([
            { ssrc: 1 + index * 1000 + pick(1000) },
            { rid: `r${index}` },
            { rid: `r${index}`, ssrc: 7 + index },
          ]),
          codecPayloadType: pick(4) === 0 ? 96 + pick(30) : undefined,
          rtx: maybe(() => ({ ssrc: 100_000 + index * 1000 + pick(1000) })),
          dtx: maybe(() => true),
          scalabilityMode: maybe(() => one(['L1T3', 'S3T3', 'L3T3_KEY', 'L2T2h'])),
          maxBitrate: maybe(() => 1 + pick(1_000_000)),
        })),
        rtcp: maybe(() => ({ cname: one(['', 'x', '~'.repeat(255)]), reducedSize: maybe(() => false) })),
      })
      const capabilities = {
        codecs: several(0, 8, (index) => {
          const { payloadType, ...rest } = codec(one(['audio', 'video'] as const))(index)
          return {
            ...rest,
            preferredPayloadType: payloadType,
            kind: rest.mimeType.startsWith('audio') ? 'audio' : 'video',
          }
        }),
        headerExtensions: several(0, 6, (index) => ({
          kind: one(['audio', 'video']),
          uri: one(uris),
          preferredId: index + 1,
        })),
      }
      if (!JoinMedia.safeParse({ rtpCapabilities: capabilities }).success) continue
      const admit = (id: ParticipantId, rtpCapabilities: unknown) =>
        attempt(() =>
          engine.admit(roomId, id, {
            kind: 'page',
            grant: grantOf('open'),
            media: { rtpCapabilities },
          }),
        )
      const ticket = await admit(chair, capabilities)
      if (!ticket || typeof ticket !== 'object' || !('payload' in ticket)) continue
      const payload = ticket.payload
      const ticketId = typeof payload === 'object' && payload && 'ticketId' in payload ? payload.ticketId : ''
      const dtlsParameters = { role: one(['auto', 'client']), fingerprints: [fingerprint] }
      expect(DtlsParameters.safeParse(dtlsParameters).success).toBe(true)
      await attempt(() =>
        engine.negotiate(roomId, chair, {
          type: 'connectTransport',
          ticketId,
          direction: one(['send', 'recv']),
          dtlsParameters,
        }),
      )
      for (const source of ['microphone', 'camera', 'screen'] as const) {
        const rtpParameters = rtp(mediaKindOf(source))
        if (!RtpParameters.safeParse(rtpParameters).success) continue
        const reply = await attempt(() =>
          engine.negotiate(roomId, chair, {
            type: 'publish',
            ticketId,
            source,
            trackId: `${source}-${round}`,
            rtpParameters,
          }),
        )
        if (reply) outcomes.published++
      }
      await admit(viewer, full)
      outcomes.consumed += engine.stats().consumers
    }
    expect(engine.workers.alive.map((worker) => worker.process.pid)).toEqual(pids)
    expect(outcomes.done).toBeGreaterThan(rounds)
    expect(outcomes.refused).toBeGreaterThan(rounds / 4)
    // what never gets as far as a worker cannot test it
    expect(Math.min(outcomes.published, outcomes.consumed)).toBeGreaterThan(20)
  })
})

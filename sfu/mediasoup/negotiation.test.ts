import { describe, expect, it } from 'vitest'
import { DtlsParameters, RtpCapabilities, RtpParameters } from './mediaParameters.ts'
import { JoinMedia, NegotiateMessage } from './negotiation.ts'
import { fingerprint, honestAudio, hostileDtls, hostileRtp } from './testing/hostile.ts'

describe('what a page may send', () => {
  it('lets an honest page through', () => {
    expect(DtlsParameters.parse({ role: 'client', fingerprints: [fingerprint] }).fingerprints[0]?.value).toBe(
      fingerprint.value.toUpperCase(),
    )
    expect(RtpParameters.parse(honestAudio)).toMatchObject({ encodings: [{ ssrc: 1111 }] })
  })

  it.each(hostileDtls)('refuses DTLS parameters with %s', (_, value) => {
    expect(DtlsParameters.safeParse(value).success).toBe(false)
  })

  it.each(hostileRtp)('refuses RTP parameters with %s', (_, value) => {
    expect(RtpParameters.safeParse(value).success).toBe(false)
  })

  it('strips abs-capture-time, with which simulcast would never change its layer', () => {
    const uri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'
    const parsed = RtpParameters.parse({
      ...honestAudio,
      headerExtensions: [...honestAudio.headerExtensions, { uri, id: 2 }],
    })
    expect(parsed.headerExtensions).toEqual(honestAudio.headerExtensions)
  })

  it('strips the mark of a picture that lies down: who may not send it turns the picture', () => {
    const uri = 'urn:3gpp:video-orientation'
    const headerExtensions = [...honestAudio.headerExtensions, { uri, id: 2 }]
    expect(RtpParameters.parse({ ...honestAudio, headerExtensions }).headerExtensions).toEqual(
      honestAudio.headerExtensions,
    )
    const offered = { codecs: [], headerExtensions: [{ kind: 'video', uri, preferredId: 4 }] }
    expect(RtpCapabilities.parse(offered).headerExtensions).toEqual([])
  })

  it('drops extensions that a newer browser may have, and fields that nobody knows', () => {
    const parsed = RtpCapabilities.parse({
      codecs: [
        { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, fancy: 1 },
      ],
      headerExtensions: [{ kind: 'audio', uri: 'urn:of:tomorrow', preferredId: 3 }],
    })
    expect(parsed.headerExtensions).toEqual([])
    expect(parsed.codecs[0]).not.toHaveProperty('fancy')
  })

  it('receives and sends all unless the join says otherwise', () => {
    const rtpCapabilities = { codecs: [] }
    expect(JoinMedia.parse({ rtpCapabilities }).wants).toEqual({ send: true, audio: true, video: true })
    expect(JoinMedia.parse({ rtpCapabilities, wants: { send: false } }).wants.send).toBe(false)
  })

  it('asks every message for the ticket that it belongs to', () => {
    expect(NegotiateMessage.safeParse({ type: 'restartIce', direction: 'recv' }).success).toBe(false)
    expect(NegotiateMessage.safeParse({ type: 'restartIce', direction: 'recv', ticketId: 'a' }).success).toBe(
      true,
    )
  })
})

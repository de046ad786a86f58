import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { silentLog, type Log } from '#contract/log.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import { bindingRequest, dtlsClientHello } from './testing/ice.ts'
import { newSfuConfig } from './testing/mediasoupHarness.ts'
import { WorkerWarnings } from './workerWarnings.ts'

/** A log that keeps the fields of one event's lines. */
function linesOf(wanted: string): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const keep = (event: string, fields?: Record<string, unknown>) =>
    void (event === wanted && lines.push(fields ?? {}))
  return { log: { ...silentLog, warn: keep }, lines }
}

describe('packets of strangers', () => {
  it('are counted by kind and told of in a line a second a kind, however many come', async () => {
    const { log, lines } = linesOf('mediasoupWarned')
    const engine = await MediasoupEngine.start(newSfuConfig({ workers: 1 }), log)
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const port = engine.workers.ports[0] ?? 0
    const rtp = Buffer.from([0x80, 111, ...Array<number>(38).fill(7)])
    const strays = [
      bindingRequest({ usernameFragment: 'nobody', password: 'x' }),
      dtlsClientHello(),
      rtp,
      Buffer.from('80c90001deadbeef', 'hex'),
      Buffer.from('junk'),
    ]
    const startedAtMs = performance.now()
    for (let count = 0; count < 5000; count++) {
      socket.send(strays[count % strays.length] ?? rtp, port, '127.0.0.1')
      if (count % 20 === 0) await turn()
    }
    await expect.poll(() => engine.warnings.silences, { timeout: 10_000 }).toBe(1)
    const { counts } = engine.warnings
    expect(counts.get('stun')).toBeGreaterThan(0)
    expect(counts.get('stray')).toBeGreaterThan(0)
    const seconds = Math.ceil((performance.now() - startedAtMs) / 1000)
    expect(lines.length).toBeLessThanOrEqual(2 * (seconds + 1))
    socket.close()
    await engine.close()
  }, 30_000)
})

describe('what a worker says', () => {
  const said = {
    stray:
      '[pid:7 RTC::WebRtcServer::OnNonStunDataReceived() | ignoring received non STUN data from unknown tuple',
    stun: '[pid:7 RTC::ICE::IceServer::ProcessStunPacket() | wrong authentication in STUN Binding request => 401',
    dtls: '[pid:7 RTC::WebRtcTransport::OnDtlsDataReceived() | ignoring DTLS data coming from an invalid tuple',
    srtp: '[pid:7 RTC::WebRtcTransport::OnRtpDataReceived() | DecryptSrtp() failed [ssrc:1, payloadType:1, seq:1]',
    rtp: '[pid:7 RTC::WebRtcTransport::OnRtpDataReceived() | received data is not a valid RTP packet',
    rtcp: '[pid:7 RTC::RTCP::Packet::Parse() | data is not a RTCP packet',
    other: '[pid:7 Worker::HandleRequest() | something else',
  } as const

  it('is counted by its kind', () => {
    const warnings = new WorkerWarnings({ log: silentLog, silence: () => undefined })
    for (const text of Object.values(said)) warnings.note('mediasoup:Channel', text)
    expect(Object.fromEntries(warnings.counts)).toEqual({
      ...{ stray: 1, stun: 1, dtls: 1, srtp: 1, rtp: 1, rtcp: 1, other: 1 },
    })
    expect(new WorkerWarnings({ log: silentLog, silence: () => undefined }).counts.get('srtp')).toBe(0)
  })

  it('is told once a second, with how often it was said since', () => {
    const { log, lines } = linesOf('mediasoupWarned')
    let nowMs = 0
    const warnings = new WorkerWarnings({ log, silence: () => undefined, now: () => nowMs })
    for (let count = 0; count < 100; count++) warnings.note('mediasoup:Channel', said.srtp)
    nowMs = 1000
    warnings.note('mediasoup:Channel', said.srtp)
    expect(lines.map(({ kind, count }) => [kind, count])).toEqual([
      ['srtp', 1],
      ['srtp', 100],
    ])
  })
})

import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import type { Page } from 'playwright-core'
import type * as mediasoupClient from 'mediasoup-client'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { startBrowser, type TestBrowser } from '#deploy/testing/browser.ts'
import { grantOf } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import type { ClientConfig, EngineMessage, TicketPayload } from './negotiation.ts'
import { newSfuConfig, testLog } from './testing/mediasoupHarness.ts'
import { onEventOf } from '../testing/events.ts'

/** What the script in the page leaves on `window`. */
interface InPage {
  mediasoupClient: typeof mediasoupClient
  ask(message: Record<string, unknown>): Promise<{ iceParameters: mediasoupClient.types.IceParameters }>
  send: mediasoupClient.types.Transport
  recv: mediasoupClient.types.Transport
  admit(media: Record<string, unknown>): Promise<TicketPayload>
  /** Of the camera. */
  consumer: mediasoupClient.types.Consumer
}
declare const window: Window & InPage

const roomId = MeetingId.parse('meeting-1')

/** The library as the web bundle takes it. */
async function clientScript(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('mediasoup-client')
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry, formats: ['iife'], name: 'mediasoupClient' } },
  })
  const [first] = Array.isArray(built) ? built : [built]
  const chunk = first && 'output' in first ? first.output[0] : undefined
  if (!chunk) throw new Error('Nothing was built')
  return chunk.code
}

describe('Chromium with its real stack', () => {
  let engine: MediasoupEngine
  let browser: TestBrowser
  let server: Server
  let script: string
  const messages = new Map<string, EngineMessage[]>()

  const open = async (name: string): Promise<Page> => {
    const participantId = ParticipantId.parse(name)
    const page = await browser.context.newPage()
    const address = server.address()
    await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
    await page.addScriptTag({ content: script })
    const ticket = { id: '' }
    await page.exposeFunction('ask', (message: Record<string, unknown>) =>
      engine.negotiate(roomId, participantId, { ticketId: ticket.id, ...message }),
    )
    await page.exposeFunction('admit', async (media: Record<string, unknown>) => {
      const grant = grantOf('open')
      const { payload } = await engine.admit(roomId, participantId, { kind: 'page', grant, media })
      ticket.id = String(payload.ticketId)
      return payload
    })
    const { clientConfig } = await engine.openRoom(roomId)
    await page.evaluate(
      async (config) => {
        const device = new window.mediasoupClient.Device()
        await device.load(config as Parameters<typeof device.load>[0]) // the engine's own words
        const ticket = await window.admit({ rtpCapabilities: device.recvRtpCapabilities })
        if (!ticket.send) throw new Error('no send transport')
        window.send = device.createSendTransport(ticket.send)
        window.recv = device.createRecvTransport(ticket.recv)
        for (const [direction, transport] of [
          ['send', window.send],
          ['recv', window.recv],
        ] as const) {
          transport.on('connect', ({ dtlsParameters }, done) => {
            void window.ask({ type: 'connectTransport', direction, dtlsParameters })
            done()
          })
        }
        window.send.on('produce', ({ rtpParameters, appData }, done) => {
          const { trackId, source } = appData
          void window.ask({ type: 'publish', trackId, source, rtpParameters })
          done({ id: String(trackId) })
        })
        const consumers = await Promise.all(
          ticket.consumers.map(({ consumerId, trackId, kind, rtpParameters }) =>
            window.recv.consume({
              id: consumerId,
              producerId: trackId,
              kind,
              rtpParameters: rtpParameters as mediasoupClient.types.RtpParameters, // the same, loosely typed
            }),
          ),
        )
        for (const consumer of consumers) {
          const element = document.createElement(consumer.kind)
          element.srcObject = new MediaStream([consumer.track])
          element.muted = true
          document.body.append(element)
          await element.play()
          if (consumer.kind === 'video') window.consumer = consumer
        }
      },
      clientConfig as unknown as ClientConfig,
    )
    return page
  }

  const cipherOf = (page: Page, direction: 'send' | 'recv') =>
    page.evaluate(async (which) => {
      const report = await window[which].getStats()
      const stats: unknown[] = []
      report.forEach((entry: unknown) => stats.push(entry))
      const found = stats.find(
        (entry): entry is { srtpCipher: string } =>
          typeof entry === 'object' && entry !== null && 'srtpCipher' in entry,
      )
      return found?.srtpCipher ?? ''
    }, direction)

  const framesOf = (page: Page) =>
    page.evaluate(async () => {
      let frames = 0
      const report = await window.consumer.getStats()
      report.forEach(
        (entry: { framesDecoded?: number }) => (frames = Math.max(frames, entry.framesDecoded ?? 0)),
      )
      return frames
    })

  beforeAll(async () => {
    engine = await MediasoupEngine.start(newSfuConfig(), testLog)
    onEventOf(engine, 'message', ({ participantId, payload }) => {
      const told = payload as unknown as EngineMessage // the engine's own words, in a test
      messages.set(participantId, [...(messages.get(participantId) ?? []), told])
    })
    server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    script = await clientScript()
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
    await engine?.close()
  })

  it(
    'negotiates GCM, decodes, changes simulcast layers and survives an ICE restart',
    { timeout: 60_000 },
    async () => {
      const sender = await open('sender')
      const extensions = await sender.evaluate(async () => {
        const media = await navigator.mediaDevices.getUserMedia({
          video: { width: 1280, height: 720 },
          audio: true,
        })
        const [video, audio] = [media.getVideoTracks()[0], media.getAudioTracks()[0]]
        if (!video || !audio) throw new Error('no devices')
        const { rtpSender } = await window.send.produce({
          track: video,
          encodings: [
            { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
            { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
            { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
          ],
          codecOptions: { videoGoogleStartBitrate: 2500 },
          appData: { trackId: 'face', source: 'camera' },
        })
        await window.send.produce({
          track: audio,
          codecOptions: { opusFec: true, opusDtx: true },
          appData: { trackId: 'voice', source: 'microphone' },
        })
        return rtpSender?.getParameters().headerExtensions.map(({ uri }) => uri) ?? []
      })
      expect(extensions).not.toContain('urn:3gpp:video-orientation')
      expect(extensions).toContain('urn:ietf:params:rtp-hdrext:sdes:mid')
      const room = engine.rooms.get(roomId)
      await expect.poll(() => room?.tracks.size, { timeout: 10_000 }).toBe(2)
      const viewer = await open('viewer')
      const frames = await framesOf(viewer)
      await expect.poll(() => framesOf(viewer), { timeout: 20_000 }).toBeGreaterThan(frames + 10)

      for (const cipher of [await cipherOf(sender, 'send'), await cipherOf(viewer, 'recv')]) {
        expect(cipher).toMatch(/^SRTP_AEAD_AES_(128|256)_GCM$/)
      }

      const layer = () => {
        const changes = (messages.get('viewer') ?? []).filter((message) => message.type === 'layersChanged')
        return changes.at(-1)?.layers?.spatialLayer
      }
      const width = () => viewer.evaluate(() => document.querySelector('video')?.videoWidth ?? 0)
      const prefer = (spatialLayer: number) =>
        viewer.evaluate(
          (wanted) =>
            window.ask({
              type: 'setConsumer',
              consumerId: window.consumer.id,
              preferredLayers: { spatialLayer: wanted },
            }),
          spatialLayer,
        )
      await expect.poll(layer, { timeout: 20_000 }).toBe(2)
      await expect.poll(width, { timeout: 20_000 }).toBe(1280)
      await prefer(0)
      await expect.poll(layer, { timeout: 20_000 }).toBe(0)
      await expect.poll(width, { timeout: 20_000 }).toBe(320)

      await viewer.evaluate(async () => {
        const { iceParameters } = await window.ask({ type: 'restartIce', direction: 'recv' })
        await window.recv.restartIce({ iceParameters })
      })
      const before = await framesOf(viewer)
      await expect.poll(() => framesOf(viewer), { timeout: 20_000 }).toBeGreaterThan(before + 30)
      expect(await viewer.evaluate(() => window.recv.connectionState)).toBe('connected')
    },
  )
})

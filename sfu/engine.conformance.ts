import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CaptureTicket } from '#contract/capture.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Grant, TrackSource } from '#contract/grant.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { EngineKind, type MediaMessage } from '#contract/media.ts'
import { EngineEvent, type MediaEngine } from './engine.ts'

/** A participant's page, as far as the suite needs one. */
export interface EnginePage {
  /** Publishes and sends. */
  publish(source: TrackSource, trackId?: string): Promise<{ trackId: string; isMuted: boolean }>
  unpublish(trackId: string): Promise<unknown>
  negotiate(message: MediaMessage): Promise<unknown>
  /** Packets that came so far of somebody's source; grows while it flows. */
  packetsOf(from: ParticipantId, source: TrackSource): number
  close(): void
}

/** One engine under test, with pages that really use it. */
export interface EngineHarness {
  engine: MediaEngine
  /** Admits and connects. */
  join(
    roomId: MeetingId,
    participantId: ParticipantId,
    grant: Grant,
    options?: { isBeside?: boolean },
  ): Promise<EnginePage>
  close(): Promise<void>
}

/** Every source at one level, some at another. */
export function grantOf(level: Grant['microphone'], others: Partial<Grant> = {}): Grant {
  return { microphone: level, camera: level, screen: level, screenAudio: level, ...others }
}

const roomId = MeetingId.parse('meeting-1')
const chair = ParticipantId.parse('chair')
const delegate = ParticipantId.parse('delegate')
const open = grantOf('open')

/** What every engine behind the port does, the fake included. */
export function describeEngine(name: string, startHarness: () => Promise<EngineHarness>): void {
  describe(`${name} keeps the promises of a media engine`, () => {
    let harness: EngineHarness
    let engine: MediaEngine
    /** Everything that the engine said. */
    let events: EngineEvent[]
    const published = () => events.filter((event) => event.type === 'trackPublished')
    const unpublished = () => events.filter((event) => event.type === 'trackUnpublished')
    const pages: EnginePage[] = []

    const join = async (id: ParticipantId, grant: Grant = open): Promise<EnginePage> => {
      const page = await harness.join(roomId, id, grant)
      pages.push(page)
      return page
    }
    const flows = async (page: EnginePage, from: ParticipantId, source: TrackSource): Promise<void> => {
      const before = page.packetsOf(from, source)
      await expect.poll(() => page.packetsOf(from, source), { timeout: 8000 }).toBeGreaterThan(before + 5)
    }
    /** Nothing of one source comes while twenty packets of another do. */
    const rests = async (page: EnginePage, from: ParticipantId, source: TrackSource, beside: TrackSource) => {
      const others = page.packetsOf(from, beside)
      // what was under way when the right went may still land
      await expect.poll(() => page.packetsOf(from, beside), { timeout: 8000 }).toBeGreaterThan(others + 1)
      const before = page.packetsOf(from, source)
      await expect.poll(() => page.packetsOf(from, beside), { timeout: 8000 }).toBeGreaterThan(others + 20)
      expect(page.packetsOf(from, source)).toBe(before)
    }
    const gone = (participantId: ParticipantId, trackId: string) => {
      return { type: 'trackUnpublished', roomId, participantId, trackId }
    }
    const rejected = (work: Promise<unknown>, code: ErrorCode) =>
      expect(work).rejects.toMatchObject({ name: 'AppError', code })

    beforeEach(async () => {
      harness = await startHarness()
      engine = harness.engine
      events = []
      engine.onEvent((event) => events.push(event))
      await engine.openRoom(roomId)
    })
    afterEach(async () => {
      for (const page of pages.splice(0)) page.close()
      await harness.close()
      // Nothing but the union was said, and of no other room.
      expect(events.map((event) => EngineEvent.parse(event))).toEqual(events)
      expect(events.filter((event) => event.roomId !== roomId)).toEqual([])
    })

    it('finds an open room open', async () => {
      const again = await engine.openRoom(roomId)
      expect(again).toEqual(await engine.openRoom(roomId))
      expect(again.clientConfig).toBeTypeOf('object')
      expect(EngineKind.options).toContain(again.engine)
      const ticket = await engine.admit(roomId, chair, { kind: 'recorder' })
      expect(ticket.engine).toBe(again.engine)
    })

    it('tells every listener everything in order, until it is not wanted any more', async () => {
      const heard: EngineEvent[] = []
      const off = engine.onEvent((event) => heard.push(event))
      const page = await join(chair)
      await page.publish('camera', 'face')
      await page.unpublish('face')
      await expect.poll(unpublished).toHaveLength(1)
      expect(heard).toEqual(events)
      off()
      await page.publish('camera', 'face-2')
      await expect.poll(published).toHaveLength(2)
      expect(heard.filter((event) => event.type === 'trackPublished')).toHaveLength(1)
    })

    it('admits nobody into a room that is not open', async () => {
      const elsewhere = MeetingId.parse('elsewhere')
      await rejected(engine.admit(elsewhere, chair, { kind: 'page', grant: open, media: {} }), 'not_found')
      await rejected(engine.negotiate(elsewhere, chair, { type: 'publish' }), 'not_found')
      await rejected(engine.regrant(elsewhere, chair, open), 'not_found')
    })

    it('announces a track and brings it to the others, and to who comes later', async () => {
      const [first, early] = [await join(chair), await join(delegate)]
      await first.publish('microphone', 'voice')
      await first.publish('camera', 'face')
      const one = { type: 'trackPublished', roomId, participantId: chair }
      await expect.poll(published).toEqual([
        { ...one, trackId: 'voice', source: 'microphone' },
        { ...one, trackId: 'face', source: 'camera' },
      ])
      await flows(early, chair, 'microphone')
      await flows(early, chair, 'camera')
      const late = await join(ParticipantId.parse('late'))
      await flows(late, chair, 'microphone')
      await flows(late, chair, 'camera')
    })

    it('carries media both ways', async () => {
      const [first, second] = [await join(chair), await join(delegate)]
      await first.publish('microphone')
      await second.publish('microphone')
      await flows(second, chair, 'microphone')
      await flows(first, delegate, 'microphone')
    })

    it('accepts a track of a muted source, but lets nothing through until the grant is open', async () => {
      const [speaker, listener] = [
        await join(chair, grantOf('open', { camera: 'muted' })),
        await join(delegate),
      ]
      await speaker.publish('microphone')
      expect(await speaker.publish('camera')).toMatchObject({ isMuted: true })
      await expect.poll(() => published().map((event) => event.source)).toEqual(['microphone', 'camera'])
      await rests(listener, chair, 'camera', 'microphone')
      await engine.regrant(roomId, chair, open)
      await flows(listener, chair, 'camera')
    })

    it('refuses a track of a forbidden source', async () => {
      const page = await join(chair, grantOf('open', { microphone: 'forbidden' }))
      await rejected(page.publish('microphone'), 'media_rejected')
      await page.publish('camera')
      await expect.poll(() => published().map((event) => event.source)).toEqual(['camera'])
    })

    it.each(['muted', 'mutedByModerator'] as const)(
      'lets nothing through any more once a mute (%s) has resolved, and the sender cannot undo it',
      async (level) => {
        const [speaker, listener] = [await join(chair), await join(delegate)]
        await speaker.publish('microphone', 'voice')
        await speaker.publish('camera')
        await flows(listener, chair, 'microphone')
        await flows(listener, chair, 'camera')
        await engine.regrant(roomId, chair, grantOf('open', { microphone: level }))
        await rests(listener, chair, 'microphone', 'camera')
        expect(await speaker.publish('microphone', 'voice')).toMatchObject({ isMuted: true })
        expect(await speaker.publish('microphone', 'voice-2')).toMatchObject({ isMuted: true })
        await rests(listener, chair, 'microphone', 'camera')
        await engine.regrant(roomId, chair, open)
        await flows(listener, chair, 'microphone')
      },
    )

    it('closes a track when its source becomes forbidden', async () => {
      const page = await join(chair)
      await page.publish('screen', 'slides')
      await page.publish('camera', 'face')
      await engine.regrant(roomId, chair, grantOf('open', { screen: 'forbidden' }))
      await expect.poll(unpublished).toEqual([gone(chair, 'slides')])
      await rejected(page.publish('screen', 'slides-2'), 'media_rejected')
      await engine.regrant(roomId, chair, open)
      expect(await page.publish('screen', 'slides-3')).toMatchObject({ isMuted: false })
    })

    it('keeps one track a source: a later one replaces the earlier, the same one is found', async () => {
      const page = await join(chair)
      await page.publish('camera', 'face-1')
      await page.publish('camera', 'face-1')
      await page.publish('camera', 'face-2')
      await expect.poll(() => published().map((event) => event.trackId)).toEqual(['face-1', 'face-2'])
      expect(unpublished().map((event) => event.trackId)).toEqual(['face-1'])
    })

    it("refuses an id that another's track has", async () => {
      const [first, second] = [await join(chair), await join(delegate)]
      await first.publish('camera', 'face')
      await rejected(second.publish('camera', 'face'), 'media_rejected')
      await second.unpublish('face')
      await second.publish('camera', 'other-face')
      await expect.poll(() => published().map((event) => event.trackId)).toEqual(['face', 'other-face'])
      expect(unpublished()).toEqual([])
    })

    it('unpublishes, also twice', async () => {
      const page = await join(chair)
      await page.publish('camera', 'face')
      await page.unpublish('face')
      await page.unpublish('face')
      await expect.poll(unpublished).toEqual([gone(chair, 'face')])
    })

    it('takes the tracks of who is evicted, and hears nothing more from them', async () => {
      const page = await join(chair)
      await page.publish('microphone', 'voice')
      await engine.evict(roomId, chair)
      await engine.evict(roomId, chair)
      await expect.poll(unpublished).toEqual([gone(chair, 'voice')])
      await rejected(page.negotiate({ type: 'unpublish', trackId: 'voice' }), 'not_found')
      await rejected(engine.regrant(roomId, chair, open), 'not_found')
    })

    it('replaces the session of who is admitted again', async () => {
      const page = await join(chair)
      await page.publish('microphone', 'voice')
      const [again, listener] = [await join(chair), await join(delegate)]
      await expect.poll(() => unpublished().map((event) => event.trackId)).toEqual(['voice'])
      await again.publish('microphone', 'voice')
      await flows(listener, chair, 'microphone')
    })

    it('lets a page in beside an earlier one, which keeps its media until the new one takes its place', async () => {
      const [page, listener] = [await join(chair), await join(delegate)]
      await page.publish('microphone', 'voice')
      await flows(listener, chair, 'microphone')
      pages.push(await harness.join(roomId, chair, open, { isBeside: true }))
      await flows(listener, chair, 'microphone')
      await engine.settle(roomId, chair, false)
      await engine.settle(roomId, chair, false)
      await flows(listener, chair, 'microphone')
      await rejected(engine.settle(roomId, chair, true), 'not_found')
      await flows(listener, chair, 'microphone')
      expect(unpublished()).toEqual([])

      const next = await harness.join(roomId, chair, open, { isBeside: true })
      pages.push(next)
      await engine.settle(roomId, chair, true)
      await expect.poll(unpublished).toEqual([gone(chair, 'voice')])
      await next.publish('microphone', 'voice-2')
      await flows(listener, chair, 'microphone')
      await engine.evict(roomId, chair)
      await rejected(engine.settle(roomId, chair, true), 'not_found')
    })

    it.each([
      ['nothing', {}],
      ['an unknown type', { type: 'explode' }],
      ['a track id that is a path', { type: 'publish', source: 'camera', trackId: '../../etc' }],
      ['a source that is not one', { type: 'publish', source: '__proto__', trackId: 'a' }],
      ['an id that is an object', { type: 'unpublish', trackId: { toString: 'a' } }],
    ])('refuses a message that is %s', async (_, message) => {
      await join(chair)
      await rejected(engine.negotiate(roomId, chair, message), 'media_rejected')
    })

    it('admits a recorder, which has no voice', async () => {
      const page = await join(chair)
      await page.publish('microphone')
      const recorder = ParticipantId.parse('archive')
      const { payload } = await engine.admit(roomId, recorder, { kind: 'recorder' })
      expect(CaptureTicket.parse(payload)).toEqual(payload)
      await engine.regrant(roomId, recorder, open)
      await rejected(
        engine.negotiate(roomId, recorder, { type: 'publish', source: 'camera', trackId: 'a' }),
        'media_rejected',
      )
      await engine.evict(roomId, recorder)
    })

    it('closes a room, also twice, without a word about its tracks', async () => {
      const page = await join(chair)
      await page.publish('microphone')
      await engine.closeRoom(roomId)
      await engine.closeRoom(roomId)
      await rejected(page.negotiate({ type: 'unpublish', trackId: 'x' }), 'not_found')
      await engine.openRoom(roomId)
      await rejected(engine.regrant(roomId, chair, open), 'not_found')
      expect(unpublished()).toEqual([])
    })

    it('opens nothing after it was closed', async () => {
      await engine.close()
      await engine.close()
      await rejected(engine.openRoom(roomId), 'media_unavailable')
    })
  })
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TrackId } from '#contract/ids.ts'
import { id } from '#web/call/testing/testSeat.svelte.ts'
import { TestSignal } from '#web/call/testing/testSignal.ts'
import { CallMedia } from './callMedia.svelte.ts'
import type { MediaClientHooks, MediaStats, ViewWish } from './mediaClient.ts'
import { SilentClient } from './silentClient.ts'
import { TestTrack } from './testing/testTrack.ts'

/** The shipped client without media, which says what it was asked for and measures what the test says. */
class WatchedClient extends SilentClient {
  readonly views: ViewWish[][] = []
  readonly sent: string[] = []
  isClosed = false
  measured: MediaStats = { roundTripMs: 20, lossRatio: 0, receivedBps: 0, sentBps: 0 }

  override setView(wishes: ViewWish[] = []): void {
    this.views.push(wishes)
  }
  override send(source = ''): Promise<void> {
    this.sent.push(source)
    return Promise.resolve()
  }
  override stats(): Promise<MediaStats> {
    return Promise.resolve(this.measured)
  }
  override close(): void {
    this.isClosed = true
    super.close()
  }
}

let client: WatchedClient
let hooks: MediaClientHooks
let faults: Error[]
let warnings: string[]
let media: CallMedia

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { visibilityState: 'visible' })
  faults = []
  warnings = []
  media = new CallMedia(
    new TestSignal(),
    {
      onLost: () => undefined,
      onExcess: () => undefined,
      onWarning: (event) => warnings.push(event),
    },
    (_engine, _line, given) => {
      const fault = faults.shift()
      if (fault) return Promise.reject(fault)
      hooks = given
      client = new WatchedClient(given)
      return Promise.resolve(client)
    },
  )
})

afterEach(() => {
  media.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const ready = () => media.prepare('fake', {})
const arrives = (key: string, track: MediaStreamTrack) =>
  hooks.onTrack({ id: key as TrackId, participantId: id('1'), source: 'camera', track })

describe('the media of a call', () => {
  it('load their client once, and again after that failed', async () => {
    faults = [new TypeError('the network is away')]
    await expect(ready()).rejects.toThrow('away')
    await ready()
    const first = client
    await ready()
    expect(client).toBe(first)
  })

  it('close a client that was loaded too late', async () => {
    const loading = ready()
    media.close()
    await loading
    expect(client.isClosed).toBe(true)
  })

  it('show a picture until it ends, and the newest of one source', async () => {
    await ready()
    const [old, next] = [new TestTrack('video', 'old'), new TestTrack('video', 'next')]
    arrives('a', old)
    expect(media.remoteTrack(id('1'), 'camera')).toBe(old)
    arrives('b', next)
    hooks.onTrackEnded({ id: 'a' as TrackId, participantId: id('1'), source: 'camera' })
    expect(media.remoteTrack(id('1'), 'camera')).toBe(next)
    hooks.onTrackEnded({ id: 'b' as TrackId, participantId: id('1'), source: 'camera' })
    expect(media.remoteTrack(id('1'), 'camera')).toBeNull()
  })

  it('receive no picture on a hidden page, and the same ones when it is shown', async () => {
    await ready()
    const wishes: ViewWish[] = [{ participantId: id('1'), source: 'camera', isVisible: true, heightPx: 360 }]
    media.show(wishes)
    media.setHidden(true)
    media.show(wishes)
    media.setHidden(false)
    expect(client.views).toEqual([wishes, [], [], wishes])
  })

  it('send nothing before there is a client', async () => {
    const [early, now] = [new TestTrack('audio'), new TestTrack('video')]
    media.send('microphone', { track: early, isMuted: false })
    await ready()
    media.send('camera', { track: now, isMuted: false })
    expect(client.sent).toEqual(['camera'])
    // Known to the client all the same: it begins with it.
    expect([...hooks.own.values()].map(({ track }) => track)).toEqual([early, now])
    media.send('camera', null)
    expect([...hooks.own.keys()]).toEqual(['microphone'])
  })

  it('call a network weak only when it is so twice, and good at once', async () => {
    await ready()
    await media.start({ engine: 'fake', payload: {} })
    expect(media.state).toBe('connected')
    client.measured = { ...client.measured, lossRatio: 0.2 }
    await vi.advanceTimersByTimeAsync(3000)
    expect(media.quality).toBe('good')
    await vi.advanceTimersByTimeAsync(3000)
    expect(media.quality).toBe('poor')
    client.measured = { ...client.measured, lossRatio: 0 }
    await vi.advanceTimersByTimeAsync(3000)
    expect(media.quality).toBe('good')
    media.stop()
    expect(media.state).toBe('new')
    expect(warnings).toEqual([])
  })
})

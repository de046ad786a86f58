import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import type { DialogueMessage } from './dialogue.ts'
import type { TrackSource } from '#contract/grant.ts'
import type { OwnTrack } from '../mediaClient.ts'
import { OutgoingTracks, type OutgoingProducer } from './outgoingTracks.ts'

/** As much of a track as is looked at here. */
function trackOf(heightPx: number, copies: MediaStreamTrack[] = []): MediaStreamTrack {
  const track = Object.assign(Object.create(null), {
    readyState: 'live',
    enabled: true,
    getSettings: () => ({ height: heightPx }),
    clone: () => {
      const copy = trackOf(heightPx)
      copies.push(copy)
      return copy
    },
    stop: () => (track.readyState = 'ended'),
  })
  return track
}

/** So long does a receiver remember when packets came. */
const rememberedMs = 2000

class Producer implements OutgoingProducer {
  readonly rtpParameters = {
    codecs: [],
    encodings: [],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
      { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 2 },
    ],
  }
  sent: MediaStreamTrack | null
  isClosed = false
  readonly setSending: OutgoingProducer['setSending'] = null
  constructor(track: MediaStreamTrack) {
    this.sent = track
  }
  replaceTrack({ track }: { track: MediaStreamTrack | null }): Promise<void> {
    this.sent = track
    return Promise.resolve()
  }
  close(): void {
    this.isClosed = true
  }
}

/** Of a browser that stops sending when it is told to. */
class SwitchedProducer extends Producer {
  isSending = true
  /** What was heard of it, each time that something changed. */
  readonly flows: (MediaStreamTrack | null)[] = []
  override readonly setSending = (isSending: boolean): Promise<void> => {
    this.isSending = isSending
    this.#note()
    return Promise.resolve()
  }
  override async replaceTrack(options: { track: MediaStreamTrack | null }): Promise<void> {
    await super.replaceTrack(options)
    this.#note()
  }
  #note(): void {
    this.flows.push(this.isSending ? this.sent : null)
  }
}

function send(Made: new (track: MediaStreamTrack) => Producer = Producer) {
  const producers: Producer[] = []
  const asked: DialogueMessage[] = []
  let refusal: AppError | null = null
  const own = new Map<TrackSource, OwnTrack>()
  const outgoing = new OutgoingTracks(
    {
      produce(track) {
        const producer = new Made(track)
        producers.push(producer)
        return Promise.resolve(producer)
      },
    },
    {
      ask(message) {
        asked.push(message)
        return refusal ? Promise.reject(refusal) : Promise.resolve({})
      },
      tell: (message) => asked.push(message),
      warn: () => undefined,
    },
    own,
  )
  const refuse = (code: 'timeout' | 'media_rejected' | null) => (refusal = code && new AppError(code))
  /** What is one's own becomes this; null is nothing any more. */
  const become = (source: TrackSource, now: OwnTrack | null) => {
    if (now) own.set(source, now)
    else own.delete(source)
    return outgoing.send(source)
  }
  return { outgoing, become, producers, asked, refuse }
}

describe('a microphone whose sending can be switched off', () => {
  const switched = () => {
    const { become, producers } = send(SwitchedProducer)
    const producer = (): SwitchedProducer => {
      const [made] = producers
      if (!(made instanceof SwitchedProducer)) throw new Error('nothing was produced')
      return made
    }
    return { become, producer }
  }

  it('stays where it is while it is muted and is not sent, so that its clock goes on', async () => {
    const { become, producer } = switched()
    const track = trackOf(0)
    await become('microphone', { track, isMuted: false })
    await become('microphone', { track, isMuted: true })
    expect([producer().sent, producer().isSending]).toEqual([track, false])
    await become('microphone', { track, isMuted: false })
    expect([producer().sent, producer().isSending]).toEqual([track, true])
  })

  it('is another without being heard, and is let go with its device', async () => {
    const { become, producer } = switched()
    const [track, other] = [trackOf(0), trackOf(0)]
    await become('microphone', { track, isMuted: true })
    await become('microphone', { track: other, isMuted: true })
    expect(producer().sent).toBe(other)
    await become('microphone', { track: null, isMuted: true })
    expect(producer().sent).toBeNull()
    expect(producer().flows.every((flow) => flow === null)).toBe(true)
    await become('microphone', { track, isMuted: false })
    expect(producer().flows.filter((flow) => flow !== null)).toEqual([track])
  })

  it('is taken away where that fails', async () => {
    const { become, producer } = switched()
    const track = trackOf(0)
    await become('microphone', { track, isMuted: false })
    vi.spyOn(producer(), 'setSending').mockRejectedValue(new DOMException('', 'InvalidStateError'))
    await expect(become('microphone', { track, isMuted: true })).rejects.toThrow(DOMException)
    expect(producer().sent).toBeNull()
  })

  it('is no camera, which is let go', async () => {
    const { become, producer } = switched()
    const track = trackOf(720)
    await become('camera', { track, isMuted: false })
    await become('camera', { track, isMuted: true })
    expect(producer().sent).toBeNull()
  })
})

describe('a microphone that is muted', () => {
  const speaking = async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const copies: MediaStreamTrack[] = []
    const track = trackOf(0, copies)
    const stand = send()
    await stand.become('microphone', { track, isMuted: false })
    const sent = () => stand.producers[0]?.sent ?? null
    return { ...stand, track, copies, sent, mute: () => stand.become('microphone', { track, isMuted: true }) }
  }

  it('is silence for as long as receivers would take a gap for delay, then nothing', async () => {
    const { mute, sent, copies, track } = await speaking()
    await mute()
    expect(sent()).toBe(copies[0])
    expect(sent()).toMatchObject({ enabled: false, readyState: 'live' })
    expect(track.enabled).toBe(true) // its level is still watched
    await vi.advanceTimersByTimeAsync(rememberedMs)
    expect(sent()).toBe(copies[0])
    await vi.advanceTimersByTimeAsync(rememberedMs)
    expect(sent()).toBeNull()
    expect(copies.map(({ readyState }) => readyState)).toEqual(['ended'])
  })

  it('is itself again at once when it is switched on meanwhile', async () => {
    const { mute, sent, copies, track, become } = await speaking()
    await mute()
    await mute() // somebody else's news
    await become('microphone', { track, isMuted: false })
    expect(sent()).toBe(track)
    await vi.advanceTimersByTimeAsync(2 * rememberedMs)
    expect(sent()).toBe(track)
    expect(copies.map(({ readyState }) => readyState)).toEqual(['ended'])
  })

  it('is nothing at once when its device is let go, or the call is over', async () => {
    const { mute, sent, copies, become, outgoing, track } = await speaking()
    await mute()
    await become('microphone', { track: null, isMuted: true })
    expect(sent()).toBeNull()
    await become('microphone', { track, isMuted: false })
    await mute()
    outgoing.close()
    expect(copies.map(({ readyState }) => readyState)).toEqual(['ended', 'ended'])
  })

  it('that is muted from the beginning is nothing, and so is a camera', async () => {
    const { become, producers } = send()
    const copies: MediaStreamTrack[] = []
    const track = trackOf(720, copies)
    await become('microphone', { track, isMuted: true })
    await become('camera', { track, isMuted: false })
    await become('camera', { track, isMuted: true })
    expect(producers.map(({ sent }) => sent)).toEqual([null, null])
    expect(copies).toEqual([])
  })
})

describe('OutgoingTracks', () => {
  it('sends nothing while muted, and speaks again without a new negotiation', async () => {
    const { become, producers, asked } = send()
    const track = trackOf(0)
    await become('microphone', { track, isMuted: true })
    expect(producers[0]?.sent).toBeNull()
    await become('microphone', { track, isMuted: false })
    expect(producers).toHaveLength(1)
    expect(producers[0]?.sent).toBe(track)
    expect(asked.map((m) => m.type)).toEqual(['publish'])
  })

  it('lets go of a device that is off, and sends the next one without a new negotiation', async () => {
    const { become, producers, asked } = send()
    await become('camera', { track: trackOf(360), isMuted: false })
    await become('camera', { track: null, isMuted: true })
    expect(producers[0]?.sent).toBeNull()
    const other = trackOf(360)
    await become('camera', { track: other, isMuted: false })
    expect(producers.map((p) => p.sent)).toEqual([other])
    expect(asked.map((m) => m.type)).toEqual(['publish'])
  })

  it('sends what is true when its turn comes, not what was true when it was told', async () => {
    const { become, producers } = send()
    const track = trackOf(0)
    const first = become('microphone', { track, isMuted: false })
    await Promise.all([first, become('microphone', { track, isMuted: true })])
    expect(producers.map((p) => p.sent)).toEqual([null])
  })

  it('leaves abs-capture-time out, with which layers would never switch', async () => {
    const { become, asked } = send()
    await become('camera', { track: trackOf(720), isMuted: false })
    const publish = asked.find((m) => m.type === 'publish')
    expect(publish?.rtpParameters.headerExtensions?.map((e) => e.id)).toEqual([1])
  })

  it('begins anew when another camera needs another number of layers', async () => {
    const { become, producers, asked } = send()
    await become('camera', { track: trackOf(720), isMuted: false })
    await become('camera', { track: trackOf(360), isMuted: false })
    expect(producers.map((p) => p.isClosed)).toEqual([true, false])
    expect(asked.map((m) => m.type)).toEqual(['publish', 'unpublish', 'publish'])
  })

  it('publishes again what the engine never heard of, and only that', async () => {
    const { outgoing, become, producers, refuse } = send()
    const microphone = { track: trackOf(0), isMuted: false }
    const camera = { track: trackOf(360), isMuted: false }
    await become('microphone', microphone)
    refuse('timeout')
    await become('camera', camera)
    refuse(null)
    outgoing.repeat()
    await become('camera', camera)
    expect(producers.map((p) => p.isClosed)).toEqual([false, true, false])
  })

  it('is heard after a ban: what the engine refused at the join is published when it is allowed', async () => {
    const { become, producers, asked, refuse } = send()
    const track = trackOf(0)
    refuse('media_rejected')
    await become('microphone', { track, isMuted: true })
    await Promise.resolve()
    expect(producers[0]?.isClosed).toBe(true)
    refuse(null)
    await become('microphone', { track, isMuted: false })
    expect(producers).toHaveLength(2)
    expect(producers[1]?.sent).toBe(track)
    expect(asked.map((m) => m.type)).toEqual(['publish', 'publish'])
  })

  it('asks again when the answer to a publication never came, though the socket lives', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { become, producers, asked, refuse } = send()
    refuse('timeout')
    await become('microphone', { track: trackOf(0), isMuted: false })
    await vi.advanceTimersByTimeAsync(0)
    refuse(null)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked.map((m) => m.type)).toEqual(['publish', 'publish'])
    expect(asked[1]).toEqual(asked[0])
    expect(producers.map((p) => p.isClosed)).toEqual([false])
    await become('microphone', null)
    refuse('timeout')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked.map((m) => m.type)).toEqual(['publish', 'publish', 'unpublish'])
  })
})

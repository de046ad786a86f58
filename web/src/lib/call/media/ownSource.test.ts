import { describe, expect, it } from 'vitest'
import { DeviceFailure, type DeviceProblem } from './devices.ts'
import type { OwnTrack } from './mediaClient.ts'
import { OwnSource } from './ownSource.svelte.ts'
import { TestTrack } from './testing/testTrack.ts'

/** A source whose device, engine and server answer as the test says. */
class Stand {
  readonly own: OwnSource
  /** Tracks that were opened, in order. */
  readonly opened: TestTrack[] = []
  /** What the next openings end with; none opens a device. */
  faults: (DeviceProblem | Error)[] = []
  /** Openings wait for `answer` while this is on. */
  isAsking = false
  readonly #questions: (() => void)[] = []
  readonly failures: DeviceProblem[] = []
  readonly warnings: string[] = []
  /** What the server was asked for. */
  readonly asked: string[] = []
  isRefused = false
  /** What the engine was last told to get. */
  sent: OwnTrack = { track: null, isMuted: true }
  #heldAnswers: (() => void)[] | null = null

  constructor(source: 'microphone' | 'camera' | 'screen' = 'microphone') {
    this.own = new OwnSource(source, {
      open: async () => {
        if (this.isAsking) await new Promise<void>((resolve) => this.#questions.push(resolve))
        const fault = this.faults.shift()
        if (fault) throw fault instanceof Error ? fault : new DeviceFailure(fault)
        const track = new TestTrack(source === 'microphone' ? 'audio' : 'video')
        this.opened.push(track)
        return track
      },
      send: (own) => (this.sent = own),
      onFailed: (problem) => this.failures.push(problem),
      onWarning: (event) => this.warnings.push(event),
      ask: async (level) => {
        this.asked.push(level)
        const isRefused = this.isRefused
        const held = this.#heldAnswers
        if (held) await new Promise<void>((resolve) => held.push(resolve))
        return !isRefused
      },
    })
  }

  /** The person answers the browser's question. */
  async answer(): Promise<void> {
    this.#questions.shift()?.()
    await settled()
  }

  /** The server keeps its answers back until `release`. */
  hold(): void {
    this.#heldAnswers = []
  }

  async release(): Promise<void> {
    for (const answer of this.#heldAnswers ?? []) answer()
    this.#heldAnswers = null
    await settled()
  }

  /** What the others get: nothing, or a track that lives and flows. */
  get heard(): MediaStreamTrack | null {
    const { track, isMuted } = this.sent
    return !isMuted && track?.readyState === 'live' ? track : null
  }

  get last(): TestTrack {
    const track = this.opened.at(-1)
    if (!track) throw new Error('nothing was opened')
    return track
  }
}

/** Everything that was due has happened. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve))

/** In a call, switched on and open. */
async function inCall(source: 'microphone' | 'camera' | 'screen' = 'microphone'): Promise<Stand> {
  const stand = new Stand(source)
  await stand.own.switchOn()
  stand.own.obey('open')
  return stand
}

const problems = ['blocked', 'missing', 'busy', 'insecure', 'failed'] as const

describe('off', () => {
  it('comes on by way of opening, and shows so', async () => {
    const stand = new Stand()
    stand.isAsking = true
    const done = stand.own.switchOn()
    expect(stand.own.state.kind).toBe('opening')
    expect(stand.own.isOn).toBe(true)
    await stand.answer()
    await done
    expect(stand.own.state).toEqual({ kind: 'on', track: stand.last })
  })

  it('is on at once with a microphone that is still open', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    expect(stand.heard).toBeNull()
    expect(stand.last.readyState).toBe('live')
    void stand.own.switchOn()
    expect(stand.heard).toBe(stand.last)
    expect(stand.opened).toHaveLength(1)
  })

  it('lets go of a camera, whose light goes out', async () => {
    const stand = await inCall('camera')
    stand.own.switchOff()
    expect(stand.last.readyState).toBe('ended')
    expect(stand.own.track).toBeNull()
  })

  it('lets go of its microphone when another is chosen, and opens that one when it is switched on', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    const old = stand.last
    stand.own.reopen()
    expect(old.readyState).toBe('ended')
    await stand.own.switchOn()
    expect(stand.heard).not.toBe(old)
    expect(stand.heard).toBe(stand.last)
  })

  it('forgets a microphone that was unplugged meanwhile', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    stand.last.end()
    expect(stand.own.state).toEqual({ kind: 'off', spare: null })
    await stand.own.switchOn()
    expect(stand.heard).toBe(stand.opened[1])
  })

  it('gives the engine nothing of a microphone that is locked, and what is open once it is not', async () => {
    const stand = new Stand()
    await stand.own.switchOn()
    stand.own.obey('forbidden')
    expect(stand.sent.track).toBeNull()
    stand.own.obey('mutedByModerator')
    expect(stand.sent).toEqual({ track: stand.last, isMuted: true })
  })

  it('stays off whatever changes in the world', async () => {
    const stand = new Stand()
    stand.own.retry()
    await settled()
    expect(stand.opened).toHaveLength(0)
  })
})

describe('opening', () => {
  it('asks the person once, however often it is switched on', async () => {
    const stand = new Stand()
    stand.isAsking = true
    const both = [stand.own.switchOn(), stand.own.switchOn()]
    await stand.answer()
    await Promise.all(both)
    expect(stand.opened).toHaveLength(1)
  })

  it('is off when it is switched off, and what comes then is let go', async () => {
    const stand = new Stand()
    stand.isAsking = true
    const done = stand.own.switchOn()
    stand.own.switchOff()
    await stand.answer()
    await done
    expect(stand.own.state).toEqual({ kind: 'off', spare: null })
    expect(stand.last.readyState).toBe('ended')
  })

  it('is on with the same opening when it is switched off and on again', async () => {
    const stand = new Stand()
    stand.isAsking = true
    void stand.own.switchOn()
    stand.own.switchOff()
    const done = stand.own.switchOn()
    await stand.answer()
    await done
    expect(stand.opened).toHaveLength(1)
    expect(stand.own.track).toBe(stand.last)
  })

  it.each([[[]], [['busy' as const]]])('opens the one that was chosen meanwhile: %j', async (faults) => {
    const stand = new Stand()
    stand.isAsking = true
    const done = stand.own.switchOn()
    await settled()
    stand.own.reopen()
    stand.faults = [...faults]
    await stand.answer()
    await stand.answer()
    await done
    expect(stand.own.track).toBe(stand.last)
    expect(stand.opened.slice(0, -1).every((track) => track.readyState === 'ended')).toBe(true)
    expect(stand.failures).toEqual([])
  })

  it('opens the one that was chosen while it was off again', async () => {
    const stand = new Stand()
    stand.isAsking = true
    void stand.own.switchOn()
    stand.own.switchOff()
    stand.own.reopen()
    const done = stand.own.switchOn()
    await stand.answer()
    await stand.answer()
    await done
    expect(stand.opened.map((track) => track.readyState)).toEqual(['ended', 'live'])
    expect(stand.own.track).toBe(stand.last)
  })

  it.each(problems)('says why it failed, sends nothing and asks for no grant: %s', async (problem) => {
    const stand = new Stand()
    stand.own.obey('muted')
    stand.faults = [problem]
    await stand.own.switchOn()
    expect(stand.own.state).toEqual({ kind: 'failed', problem })
    expect(stand.own.isOn).toBe(false)
    expect(stand.failures).toEqual([problem])
    expect(stand.heard).toBeNull()
    expect(stand.asked).toEqual([])
  })

  it('has failed with what no browser should throw', async () => {
    const stand = new Stand()
    stand.faults = [new Error('a bug')]
    await stand.own.switchOn()
    expect(stand.own.problem).toBe('failed')
    expect(stand.warnings).toEqual(['openFailed'])
  })

  it('that fails after the join takes the open grant back', async () => {
    const stand = new Stand()
    stand.isAsking = true
    stand.faults = ['blocked']
    void stand.own.switchOn()
    stand.own.obey('open')
    expect(stand.asked).toEqual([])
    await stand.answer()
    expect(stand.asked).toEqual(['muted'])
  })

  it('is not taken back by the grant that it has yet to ask for', async () => {
    const stand = new Stand()
    stand.own.obey('muted')
    stand.isAsking = true
    void stand.own.switchOn()
    stand.own.obey('muted')
    await stand.answer()
    expect(stand.heard).toBe(stand.last)
    expect(stand.asked).toEqual(['open'])
  })
})

describe('on', () => {
  it('sends nothing before the call', async () => {
    const stand = new Stand()
    await stand.own.switchOn()
    expect(stand.own.isOn).toBe(true)
    expect(stand.heard).toBeNull()
    stand.own.obey('open')
    expect(stand.heard).toBe(stand.last)
  })

  it.each(problems)('sends nothing of the old device when another cannot be opened: %s', async (problem) => {
    const stand = await inCall()
    const old = stand.last
    stand.faults = [problem]
    stand.own.reopen()
    expect(stand.heard).toBeNull()
    await settled()
    expect(stand.own.state).toEqual({ kind: 'failed', problem })
    expect(old.readyState).toBe('ended')
    expect(stand.heard).toBeNull()
    expect(stand.asked).toEqual(['muted'])
  })

  it('goes on with another device without a word to the server', async () => {
    const stand = await inCall()
    stand.own.reopen()
    stand.own.obey('open')
    await settled()
    expect(stand.heard).toBe(stand.opened[1])
    expect(stand.asked).toEqual([])
  })

  it('goes on with what is left when its device breaks off', async () => {
    const stand = await inCall()
    stand.last.end()
    await settled()
    expect(stand.opened).toHaveLength(2)
    expect(stand.heard).toBe(stand.last)
  })

  it('is off for all when its device breaks off and none is left', async () => {
    const stand = await inCall('camera')
    stand.faults = ['missing']
    stand.last.end()
    await settled()
    expect(stand.own.problem).toBe('missing')
    expect(stand.asked).toEqual(['muted'])
  })

  it('heeds its present track alone', async () => {
    const stand = await inCall()
    const old = stand.last
    stand.own.reopen()
    await settled()
    old.end()
    await settled()
    expect(stand.opened).toHaveLength(2)
    expect(stand.heard).toBe(stand.last)
  })

  it('says when the system takes it away for a while', async () => {
    const stand = await inCall()
    stand.last.interrupt(true)
    expect(stand.own.state.kind).toBe('interrupted')
    expect(stand.own.isOn).toBe(true)
    stand.last.interrupt(false)
    expect(stand.own.state.kind).toBe('on')
    expect(stand.asked).toEqual([])
  })

  it.each(['busy', 'failed'] as const)(
    'is on again when the page is shown after the system had ended it for another: %s',
    async (problem) => {
      const stand = await inCall()
      stand.faults = [problem, problem]
      stand.last.end()
      await settled()
      stand.own.obey('muted')
      stand.own.mend()
      await settled()
      expect([stand.own.problem, stand.failures]).toEqual([problem, [problem, problem]])
      stand.own.mend()
      await settled()
      expect([stand.own.state.kind, stand.asked.at(-1)]).toEqual(['on', 'open'])
      expect(stand.opened).toHaveLength(2)
    },
  )

  it.each([
    ['a moderator muted it meanwhile', (stand: Stand) => stand.own.obey('mutedByModerator'), 'busy'],
    ['it was switched off meanwhile', (stand: Stand) => stand.own.switchOff(), 'busy'],
    ['it was unplugged', () => undefined, 'missing'],
  ] as const)('that the system ended waits for the person where %s', async (_, meanwhile, problem) => {
    const stand = await inCall()
    stand.faults = [problem]
    stand.last.end()
    await settled()
    meanwhile(stand)
    stand.own.mend()
    await settled()
    expect([stand.own.isOn, stand.opened.length]).toEqual([false, 1])
  })

  it('can be switched off while the system has it, and stays off', async () => {
    const stand = await inCall()
    stand.last.interrupt(true)
    stand.own.switchOff()
    stand.last.interrupt(false)
    expect(stand.own.state.kind).toBe('off')
    expect(stand.heard).toBeNull()
  })
})

describe('failed', () => {
  const failed = async () => {
    const stand = new Stand()
    stand.faults = ['busy']
    await stand.own.switchOn()
    return stand
  }

  it('comes on by itself in the waiting room once it can', async () => {
    const stand = await failed()
    stand.own.retry()
    await settled()
    expect(stand.own.isLive).toBe(true)
  })

  it('waits for the person in the call, where others would suddenly hear', async () => {
    const stand = await failed()
    stand.own.obey('muted')
    stand.own.retry()
    await settled()
    expect(stand.own.problem).toBe('busy')
    await stand.own.switchOn()
    expect(stand.heard).toBe(stand.last)
  })

  it('comes on with another device that the person chooses', async () => {
    const stand = await failed()
    stand.own.reopen()
    await settled()
    expect(stand.own.isLive).toBe(true)
  })

  it('keeps its reason when its grant follows', async () => {
    const stand = await inCall()
    stand.faults = ['busy']
    stand.own.reopen()
    await settled()
    stand.own.obey('muted')
    expect(stand.own.problem).toBe('busy')
  })
})

describe('the grant', () => {
  it('is asked for after each switch, which works at once', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    expect(stand.heard).toBeNull()
    void stand.own.switchOn()
    expect(stand.heard).toBe(stand.last)
    await settled()
    expect(stand.asked).toEqual(['muted', 'open'])
  })

  it('is the old one until one has been answered', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    await settled()
    stand.own.obey('muted')
    stand.hold()
    void stand.own.switchOn()
    stand.own.obey('muted') // somebody else's news
    expect(stand.heard).toBe(stand.last)
    await stand.release()
    stand.own.obey('open')
    expect(stand.heard).toBe(stand.last)
  })

  it('that a moderator takes stops the source, and given back it waits for the person', async () => {
    const stand = await inCall()
    stand.own.obey('muted')
    expect(stand.own.state.kind).toBe('off')
    stand.own.obey('forbidden')
    await stand.own.switchOn()
    expect(stand.own.isForbidden).toBe(true)
    expect(stand.own.isOn).toBe(false)
    stand.own.obey('muted')
    expect(stand.own.isOn).toBe(false)
    await stand.own.switchOn()
    expect(stand.heard).toBe(stand.last)
    await settled()
    expect(stand.asked).toEqual(['open'])
  })

  it('that a moderator takes while one asks stops the source', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    stand.hold()
    void stand.own.switchOn()
    stand.own.obey('mutedByModerator')
    expect(stand.heard).toBeNull()
    await stand.release()
    expect(stand.own.state.kind).toBe('off')
  })

  it('that a moderator has taken before is one to ask for', async () => {
    const stand = await inCall()
    stand.own.obey('mutedByModerator')
    await settled()
    expect(stand.asked).toEqual([])
    stand.hold()
    void stand.own.switchOn()
    stand.own.obey('mutedByModerator') // somebody else's news
    expect(stand.heard).toBe(stand.last)
    await stand.release()
    expect(stand.asked).toEqual(['open'])
  })

  it('that is forbidden stops the source even while one asks', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    stand.hold()
    void stand.own.switchOn()
    stand.own.obey('forbidden')
    expect(stand.heard).toBeNull()
    await stand.release()
    expect(stand.own.state.kind).toBe('off')
  })

  it('that is refused switches off again', async () => {
    const stand = await inCall()
    stand.own.switchOff()
    await settled()
    stand.own.obey('muted')
    stand.isRefused = true
    void stand.own.switchOn()
    await settled()
    expect(stand.own.state.kind).toBe('off')
    expect(stand.heard).toBeNull()
  })

  it('that stayed open while one was away and switched off is taken back', async () => {
    const stand = await inCall()
    stand.isRefused = true // no connection
    stand.own.switchOff()
    await settled()
    stand.isRefused = false
    stand.own.obey('open')
    await settled()
    expect(stand.asked).toEqual(['muted', 'muted'])
  })

  it('of the join meets what was switched meanwhile', async () => {
    const stand = new Stand()
    await stand.own.switchOn()
    stand.own.switchOff()
    stand.own.obey('open')
    expect(stand.asked).toEqual(['muted'])
  })
})

describe('a screen', () => {
  it('goes when the browser ends the sharing, and is not asked for again', async () => {
    const stand = await inCall('screen')
    stand.last.end()
    await settled()
    expect(stand.own.state.kind).toBe('off')
    expect(stand.opened).toHaveLength(1)
    expect(stand.asked).toEqual([])
  })

  it('that lies still is no interruption', async () => {
    const stand = await inCall('screen')
    stand.last.interrupt(true)
    expect(stand.own.state.kind).toBe('on')
  })

  it('that a moderator stopped is asked for when it is shared again', async () => {
    const stand = await inCall('screen')
    stand.own.obey('muted')
    expect(stand.last.readyState).toBe('ended')
    await stand.own.switchOn()
    expect(stand.asked).toEqual(['open'])
  })
})

describe('closed', () => {
  it('lets everything go and opens nothing more', async () => {
    const stand = await inCall()
    stand.own.close()
    stand.own.close()
    expect(stand.last.readyState).toBe('ended')
    await stand.own.switchOn()
    expect(stand.opened).toHaveLength(1)
    expect(stand.asked).toEqual([])
  })

  it('lets go of what was still being opened', async () => {
    const stand = new Stand()
    stand.isAsking = true
    void stand.own.switchOn()
    stand.own.close()
    await stand.answer()
    expect(stand.last.readyState).toBe('ended')
  })
})

import { TestTrack } from './testTrack.ts'

type Wish = Record<'audio' | 'video', { deviceId?: { exact: string } } | undefined>

/** A machine's devices for unit tests, behind the browser's own interface, which fail by the browser's own names. */
export class Machine extends EventTarget {
  readonly permission = Object.assign(new EventTarget(), { state: 'granted' })
  infos = [
    { deviceId: 'mic-1', kind: 'audioinput', label: 'Một', groupId: '' },
    { deviceId: 'mic-2', kind: 'audioinput', label: 'Hai', groupId: '' },
    { deviceId: 'cam-1', kind: 'videoinput', label: 'Ba', groupId: '' },
  ]
  readonly questions: Wish[] = []
  readonly #opened: TestTrack[] = []
  faults: { audio?: string; video?: string; screen?: string } = {}
  hasScreenSound = true
  knownWishes = ['echoCancellation', 'restrictOwnAudio']
  readonly screenSoundWishes: unknown[] = []

  enumerateDevices(): Promise<unknown> {
    return Promise.resolve(this.infos)
  }

  /** These are its devices from now on; those that are gone end by themselves. */
  become(infos: Machine['infos']): void {
    const gone = this.infos.filter((info) => !infos.some((now) => now.deviceId === info.deviceId))
    this.infos = infos
    for (const track of this.#opened) {
      const isGone = gone.some((info) => info.deviceId === track.getSettings().deviceId)
      if (isGone && track.readyState === 'live') track.end()
    }
    this.dispatchEvent(new Event('devicechange'))
  }

  getUserMedia(wish: Wish): Promise<unknown> {
    this.questions.push(wish)
    const track = (kind: 'audio' | 'video', byDefault: string) => {
      if (!wish[kind]) return []
      const fault = this.faults[kind]
      if (fault) throw new DOMException('as told', fault)
      const wanted = wish[kind].deviceId?.exact
      if (wanted && !this.infos.some((info) => info.deviceId === wanted)) {
        throw new DOMException('gone', 'OverconstrainedError')
      }
      const opened = new TestTrack(kind, wanted ?? byDefault)
      this.#opened.push(opened)
      return [opened]
    }
    const alias = this.infos.some((info) => info.kind === 'audioinput' && info.deviceId === 'default')
    const microphone = alias ? 'default' : 'mic-1'
    return Promise.resolve().then(() => streamOf(track('audio', microphone), track('video', 'cam-1')))
  }

  getSupportedConstraints(): Record<string, boolean> {
    return Object.fromEntries(this.knownWishes.map((name) => [name, true]))
  }

  getDisplayMedia(wish: { audio: unknown }): Promise<unknown> {
    this.screenSoundWishes.push(wish.audio)
    if (this.faults.screen) return Promise.reject(new DOMException('as told', this.faults.screen))
    const sound = this.hasScreenSound ? [new TestTrack('audio', 'tab')] : []
    return Promise.resolve(streamOf(sound, [new TestTrack('video', 'screen')]))
  }
}

const streamOf = (audio: TestTrack[], video: TestTrack[]) => ({
  getAudioTracks: () => audio,
  getVideoTracks: () => video,
})

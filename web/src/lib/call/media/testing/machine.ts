import { TestTrack } from './testTrack.ts'

type Wish = Record<'audio' | 'video', { deviceId?: { exact: string } } | undefined>

/** A machine's devices for unit tests, behind the browser's own interface, which fail by the browser's own names. */
export class Machine extends EventTarget {
  readonly permission = new EventTarget()
  infos = [
    { deviceId: 'mic-1', kind: 'audioinput', label: 'Một', groupId: '' },
    { deviceId: 'mic-2', kind: 'audioinput', label: 'Hai', groupId: '' },
    { deviceId: 'cam-1', kind: 'videoinput', label: 'Ba', groupId: '' },
  ]
  readonly questions: Wish[] = []
  faults: { audio?: string; video?: string; screen?: string } = {}
  hasScreenSound = true
  knownWishes = ['echoCancellation', 'restrictOwnAudio']
  readonly screenSoundWishes: unknown[] = []

  enumerateDevices(): Promise<unknown> {
    return Promise.resolve(this.infos)
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
      return [new TestTrack(kind, wanted ?? byDefault)]
    }
    return Promise.resolve().then(() => streamOf(track('audio', 'mic-1'), track('video', 'cam-1')))
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

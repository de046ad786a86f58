import type { Grant, TrackSource } from '#contract/grant.ts'
import type { CallMedia } from './callMedia.svelte.ts'
import { openScreen, type DeviceProblem, type DeviceSource } from './devices.ts'
import { OwnDevices } from './ownDevices.svelte.ts'
import { OwnLevel } from './ownLevel.svelte.ts'
import { wantsEffect } from './effects/wantedEffects.ts'
import { OwnSource, type OwnSourcePort } from './ownSource.svelte.ts'

/** What one's own sources need of the call. */
export interface OwnSourcesHooks {
  /** Asks the server for one's own grant. False when that was refused, of which the person was told. */
  ask(source: TrackSource, level: 'open' | 'muted'): Promise<boolean>
  /** A device cannot be opened, or was lost. */
  onFailed(source: DeviceSource, problem: DeviceProblem): void
  /** It was switched off, because it brought more than it may. */
  onExcess(source: OwnSource['source']): void
  /** It goes on with another device, which nobody chose just now. */
  onTaken(source: DeviceSource, label: string): void
  onWarning(event: string, error: unknown): void
}

/** How long a page that is shown again waits for the system to give back what it took. */
const mendAfterMs = 1000

/** One's own microphone, camera and screen, from the waiting room to the end of the call. */
export class OwnSources {
  readonly devices: OwnDevices
  readonly level: OwnLevel
  readonly microphone: OwnSource
  readonly camera: OwnSource
  readonly screen: OwnSource
  readonly #hooks: OwnSourcesHooks
  /** The sound of what is shared, where the browser gives it. */
  #screenSound: MediaStreamTrack | null = null
  #mendTimer: ReturnType<typeof setTimeout> | undefined

  /** @param media is told what is sent and where sound comes from, at every change of it */
  constructor(media: Pick<CallMedia, 'send' | 'setSpeaker'>, hooks: OwnSourcesHooks) {
    this.#hooks = hooks
    this.level = new OwnLevel((event, error) => hooks.onWarning(event, error))
    this.devices = new OwnDevices({
      onChange: () => {
        this.microphone.retry()
        this.camera.retry()
      },
      onOther: (source, label) => this.#takeOther(this[source], label),
      onSpeaker: (deviceId) => void media.setSpeaker(deviceId),
    })
    const device = (source: DeviceSource, send: OwnSourcePort['send']): OwnSource =>
      new OwnSource(source, {
        open: async () => {
          const track = await this.devices.open(source)
          if (!wantsEffect(source === 'camera' ? 'blur' : 'quiet')) return track
          return (await import('./effects/effects.ts')).withEffect(source, track)
        },
        send,
        onFailed: (problem) => hooks.onFailed(source, problem),
        onWarning: (event, error) => hooks.onWarning(event, error),
        ask: (level) => hooks.ask(source, level),
      })
    this.microphone = device('microphone', (own) => {
      this.level.follow(this.microphone.track)
      media.send('microphone', own)
    })
    this.camera = device('camera', media.send.bind(media, 'camera'))
    this.screen = new OwnSource('screen', {
      open: async () => {
        const { screen, sound } = await openScreen()
        // Chosen too late: the picture is let go by its source, the sound here.
        if (!this.screen.isOpening) sound?.stop()
        this.#screenSound = sound
        return screen
      },
      send: ({ track, isMuted }) => {
        if (!this.screen.isOn) this.#screenSound?.stop()
        const sound = track && this.#screenSound
        media.send('screen', track && { track, isMuted })
        media.send('screenAudio', sound && { track: sound, isMuted })
      },
      // The person chose none, or the browser itself said why there is none.
      onFailed: () => undefined,
      onWarning: (event, error) => hooks.onWarning(event, error),
      ask: (level) => hooks.ask('screen', level),
    })
  }

  /** What is on and gives nothing for a while: the system lends it to a telephone call or another programme. */
  get interrupted(): DeviceSource | 'both' | null {
    if (!this.camera.isInterrupted) return this.microphone.isInterrupted ? 'microphone' : null
    return this.microphone.isInterrupted ? 'both' : 'camera'
  }

  /** Opens microphone and camera, as everybody wants them at first, or as they were. */
  start(isOn = { microphone: true, camera: true }): void {
    this.devices.start()
    if (isOn.microphone) void this.microphone.switchOn()
    if (isOn.camera) void this.camera.switchOn()
  }

  /** Chooses a device and remembers it on this machine. */
  choose(source: DeviceSource, deviceId: string): void {
    this.devices.choose(source, deviceId)
    this[source].reopen()
  }

  /** Chooses a loudspeaker for everybody's sound, and remembers it on this machine. */
  chooseSpeaker(deviceId: string): void {
    this.devices.choose('speaker', deviceId)
  }

  /** The page is shown again: what the system took meanwhile (a telephone call) and does not give back is opened anew. */
  mend(): void {
    clearTimeout(this.#mendTimer)
    this.#mendTimer = setTimeout(() => {
      for (const source of [this.microphone, this.camera]) source.mend()
    }, mendAfterMs)
  }

  /** What could not be opened waits for the person: others would suddenly hear. */
  #takeOther(own: OwnSource, label: string): void {
    if (own.problem || own.source === 'screen') return
    own.reopen()
    if (own.isOn) this.#hooks.onTaken(own.source, label)
  }

  /** To be called with one's own grant whenever the view is another. */
  obey(grant: Grant): void {
    for (const source of [this.microphone, this.camera, this.screen]) source.obey(grant[source.source])
  }

  /** The engine closed a track that brought too much: its source is off, and the person is told, whatever it is. */
  exceeded(source: TrackSource): void {
    const own = source === 'screenAudio' ? this.screen : this[source]
    if (!own.isOn) return
    own.switchOff()
    this.#hooks.onExcess(own.source)
  }

  close(): void {
    clearTimeout(this.#mendTimer)
    for (const source of [this.microphone, this.camera, this.screen]) source.close()
    this.#screenSound?.stop()
    this.level.close()
    this.devices.close()
  }
}

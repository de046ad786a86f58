import type { MediaMessage } from '#contract/media.ts'
import type { MediaClient, MediaClientHooks, MediaServers, MediaStats } from './mediaClient.ts'

/**
 * A media client that carries no media: the page's half of the shipped fake engine, so that everything but sound
 * and picture can be run and tested without one.
 */
export class SilentClient implements MediaClient {
  readonly #hooks: MediaClientHooks

  constructor(hooks: MediaClientHooks) {
    this.#hooks = hooks
  }

  prepare(): Promise<void> {
    return Promise.resolve()
  }

  joinPayload(): MediaMessage {
    return {}
  }

  start(): Promise<void> {
    this.#hooks.onStateChange('connected')
    return Promise.resolve()
  }

  stop(): void {
    this.#hooks.onStateChange('new')
  }

  send(): Promise<void> {
    return Promise.resolve()
  }

  setView(): void {}

  revive(): void {}

  receivedTracks(): null {
    return null
  }

  servers(): MediaServers {
    return { hosts: [], ports: [] }
  }

  stats(): Promise<MediaStats> {
    return Promise.resolve({ roundTripMs: null, lossRatio: null, receivedBps: 0, sentBps: 0 })
  }

  close(): void {
    this.#hooks.onStateChange('closed')
  }
}

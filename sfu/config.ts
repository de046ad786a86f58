import type { ShippedEngine } from '#contract/media.ts'

/** What a media node needs to know; deploy/config.ts fills it. */
export interface SfuConfig {
  /** What rooms are opened with. */
  engine: ShippedEngine
  /** mediasoup workers; each is a process that uses at most one core. */
  workers: number
  /** One UDP and one TCP port per worker: worker n listens on `mediaPort + n`; 0 picks free ones. */
  mediaPort: number
  /** The address that the media ports listen on, `0.0.0.0` for all. */
  listenAddress: string
  /** What browsers are told to send to, several with commas; null: the machine's own addresses. */
  announcedAddress: string | null
  /** Where recorders fetch tracks. */
  tapHost: string
  tapPort: number
  /** Under which name recorders reach `tapHost`; null: the same. */
  tapAnnouncedHost: string | null
  /** Bytes that may wait for a slow recorder before video is dropped; sound goes on to twice as much. */
  tapBacklogBytes: number
  /** Path of the mediasoup worker; null: the package's own. */
  workerBin: string | null
  /** Videos that flow to a participant without being asked for; later ones begin paused. */
  maxVideoConsumers: number
  /** Tracks a worker may be forwarding before a room is spread over the others too. */
  spreadAfterConsumers: number
}

/** Values that fit one machine. */
export const standardSfuConfig: SfuConfig = {
  engine: 'mediasoup',
  workers: 2,
  mediaPort: 44300,
  listenAddress: '0.0.0.0',
  announcedAddress: null,
  tapHost: '127.0.0.1',
  tapPort: 0,
  tapAnnouncedHost: null,
  tapBacklogBytes: 64 << 20,
  workerBin: null,
  maxVideoConsumers: 25,
  spreadAfterConsumers: 100,
}

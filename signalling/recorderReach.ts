import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { ParticipantId, type MeetingId, type NodeId, type RecordingId } from '#contract/ids.ts'
import { RecorderHold } from '#contract/recorder.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { CallMedia } from './callMedia.ts'
import type { NodeList } from './stores.ts'

/**
 * How a recorder stands to a recording: it captures it; it answers, and does not capture it; it is missed (it does not
 * answer, and its media or its sign of life are gone too); or nothing is known, which is no reason to do anything.
 */
export type RecorderStand = 'captures' | 'answers' | 'missed' | 'unknown'

export interface RecorderReachOptions {
  meetingId: MeetingId
  media: CallMedia
  bus: Bus
  nodes: NodeList
  /** For a start and a stop. */
  timeoutMs: number
  view: () => RoomView
}

/** A recorder that answers says so in this time: it has nothing to look up. */
const holdTimeoutMs = 1500

/** The id under which a recording sits in the media room. */
export function recorderIdOf(recordingId: RecordingId): ParticipantId {
  return ParticipantId.parse(`recorder-${recordingId}`)
}

/** A call's way to recorders: lets them into its media, asks them over the bus, sees whether they live. */
export class RecorderReach {
  readonly #options: RecorderReachOptions

  constructor(options: RecorderReachOptions) {
    this.#options = options
  }

  /** Recorders that live, but for one, the least busy first. @throws AppError storage_unavailable */
  async live(without: NodeId | null = null): Promise<NodeId[]> {
    const live = await this.#options.nodes.live('recorder')
    return live.map(({ id }) => id).filter((id) => id !== without)
  }

  /**
   * What it says itself counts, whatever the list of nodes says, which may be late; only of one that says nothing the
   * list is asked, unless its media are gone as well.
   */
  async standOf(nodeId: NodeId, recordingId: RecordingId): Promise<RecorderStand> {
    const isAlive = (): boolean => this.#options.media.isAlive(recorderIdOf(recordingId))
    try {
      const answer = await this.#ask(nodeId, 'holds', { recordingId }, holdTimeoutMs)
      return RecorderHold.parse(answer).isCapturing && isAlive() ? 'captures' : 'answers'
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'not_found') return 'answers'
      if (error.code !== 'timeout') return 'unknown' // an earlier release, which cannot be asked
    }
    if (!isAlive()) return 'missed'
    try {
      return (await this.live()).includes(nodeId) ? 'unknown' : 'missed'
    } catch (error) {
      if (error instanceof AppError && error.code === 'storage_unavailable') return 'unknown'
      throw error
    }
  }

  /**
   * Lets it into the media and has it capture, or go on with what it has (`isFurther`).
   * @throws AppError media_unavailable, timeout, and what the recorder says
   */
  async start(nodeId: NodeId, recordingId: RecordingId, isFurther: boolean): Promise<void> {
    const { media, meetingId, timeoutMs, view } = this.#options
    const ticket = await media.admit(recorderIdOf(recordingId), { kind: 'recorder' })
    const names: Record<string, { name: string; unitName: string }> = {}
    for (const { id, name, unitName } of Object.values(view().participants)) names[id] = { name, unitName }
    // One of an earlier release knows no `isFurther`.
    const request = { recordingId, meetingId, ticket, names, ...(isFurther && { isFurther }) }
    await this.#ask(nodeId, 'start', request, timeoutMs)
  }

  /** Resolves when the journal is safe. @throws AppError timeout, not_found */
  async stop(nodeId: NodeId, recordingId: RecordingId): Promise<void> {
    await this.#ask(nodeId, 'stop', { recordingId }, this.#options.timeoutMs)
  }

  /** @throws AppError timeout */
  async tellNames(
    nodeId: NodeId,
    recordingId: RecordingId,
    names: Record<string, { name: string; unitName: string }>,
  ): Promise<void> {
    await this.#ask(nodeId, 'names', { recordingId, names }, this.#options.timeoutMs)
  }

  /** Takes its seat in the media away. */
  evict(recordingId: RecordingId): void {
    this.#options.media.evict(recorderIdOf(recordingId))
  }

  #ask(
    nodeId: NodeId,
    method: 'start' | 'stop' | 'names' | 'holds',
    payload: unknown,
    timeoutMs: number,
  ): Promise<unknown> {
    return this.#options.bus.request(`recorder:${nodeId}`, method, payload, { timeoutMs })
  }
}

import { randomUUID } from 'node:crypto'
import type { Bus } from '#contract/bus.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { ParticipantId, RecordingId, type MeetingId, type NodeId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { CallMedia } from './callMedia.ts'
import type { RecordingCommand } from './room/recording.ts'
import type { Room } from './room/room.ts'
import type { NodeList, RecordingRows } from './stores.ts'

/** The id under which a recording sits in the media room. */
function recorderIdOf(recordingId: RecordingId): ParticipantId {
  return ParticipantId.parse(`recorder-${recordingId}`)
}

/** How often the recorder's node is looked for while it records. */
const watchMs = 2000

type Act = (
  command: (room: Room, nowMs: number) => readonly RoomEvent[],
  options?: { isStored?: boolean },
) => Promise<void>

/**
 * A call's recording: takes who approves and stops it, and sees to the recorder: finds a node, lets it in, follows it when media or the node are lost, and tells the
 * room what became of it. Works one step at a time; the room's state decides what is wanted.
 */
export class RecordingControl {
  readonly #meetingId: MeetingId
  readonly #room: Room
  readonly #media: CallMedia
  readonly #bus: Bus
  readonly #nodes: NodeList
  readonly #rows: RecordingRows
  readonly #timeoutMs: number
  readonly #log: Log
  readonly #act: Act
  readonly #record: (command: RecordingCommand) => void
  #nodeId: NodeId | null = null
  readonly #chairName: () => string
  #approvedByName: string | null = null
  #turn: Promise<void> = Promise.resolve()
  #newNames: Record<string, { name: string; unitName: string }> = {}
  #watchedAtMs = 0
  /** A former home recorded the call; here nobody has come in yet. */
  #isToResume: boolean
  #isClosed = false

  constructor(options: {
    meetingId: MeetingId
    room: Room
    media: CallMedia
    bus: Bus
    nodes: NodeList
    rows: RecordingRows
    timeoutMs: number
    log: Log
    /** Who decides on recordings now: for a recording that goes on here and was approved at a former home. */
    chairName: () => string
    /** `Call.act`. */
    act: Act
    /** Tells the room. */
    record: (command: RecordingCommand) => void
  }) {
    this.#meetingId = options.meetingId
    this.#room = options.room
    this.#media = options.media
    this.#bus = options.bus
    this.#nodes = options.nodes
    this.#rows = options.rows
    this.#timeoutMs = options.timeoutMs
    this.#log = options.log
    this.#act = options.act
    this.#record = options.record
    this.#chairName = options.chairName
    this.#isToResume = this.#isRunning
  }

  /** Whether this home has a recorder to see to. */
  get isUnderWay(): boolean {
    return this.#isRunning && !this.#isToResume
  }

  get #isRunning(): boolean {
    const { state } = this.#room.view.recording
    return state === 'starting' || state === 'recording' || state === 'stopping'
  }

  /**
   * The chair approves. Answers when the approval is stored; the room tells how the recorder fares.
   * @throws AppError as `Call.act`
   */
  async start(by: ParticipantId, approvedByName: string): Promise<void> {
    const recordingId = newRecordingId()
    await this.#act(
      (room, nowMs) => {
        const events = room.recording.follow({ type: 'start', recordingId }, by, nowMs)
        this.#approvedByName = approvedByName
        this.#inTurn('recordingNotStarted', () => this.#begin(recordingId, null))
        return events
      },
      { isStored: true },
    )
  }

  /** Ends a recording, withdraws a proposal, puts a failure away. @throws AppError as `Call.act` */
  async stop(by: ParticipantId): Promise<void> {
    await this.#act((room, nowMs) => {
      const events = room.recording.follow({ type: 'stop' }, by, nowMs)
      const { state, recordingId } = room.view.recording
      if (state === 'stopping' && recordingId !== null && events.length > 0) this.finish(recordingId)
      return events
    })
  }

  /** Nobody is in the call any more: there is nothing to record. */
  stopIdle(): void {
    const { recordingId } = this.#room.view.recording
    if (recordingId === null || !this.#isWanted(recordingId)) return
    this.#record({ type: 'stop' })
    this.finish(recordingId)
  }

  /** The room went to `stopping`. Resolves when the journal is safe, or will not be. */
  finish(recordingId: RecordingId): Promise<void> {
    return this.#inTurn('recordingNotStopped', () => this.#end(recordingId))
  }

  /** Somebody is in a call that a former home recorded: goes on where the recorder is, or elsewhere. Idempotent. */
  resume(): void {
    const { state, recordingId } = this.#room.view.recording
    if (!this.#isToResume || recordingId === null) return
    this.#isToResume = false
    this.#inTurn('recordingNotResumed', async () => {
      this.#nodeId = await this.#rows.nodeOf(recordingId)
      if (state === 'stopping') await this.#end(recordingId)
      else if (this.#isWanted(recordingId)) await this.#goOn(recordingId)
    })
  }

  /** The recorder's media are gone (its own or the whole room's): a further segment. */
  mediaLost(): void {
    const { recordingId } = this.#room.view.recording
    if (recordingId === null || !this.#isWanted(recordingId)) return
    this.#inTurn('recordingNotContinued', async () => {
      if (this.#isWanted(recordingId)) await this.#goOn(recordingId)
    })
  }

  /** The recorder says that it ended by itself. */
  failed(recordingId: RecordingId, code: ErrorCode): void {
    if (this.#room.view.recording.recordingId !== recordingId) return
    this.#media.evict(recorderIdOf(recordingId))
    this.#record({ type: 'failed', recordingId, code })
  }

  /** Somebody came in whose name the recorder may not know. */
  addName(participant: ParticipantView): void {
    const { state } = this.#room.view.recording
    if (state !== 'recording' && state !== 'starting') return
    this.#newNames[participant.id] = { name: participant.name, unitName: participant.unitName }
  }

  /** Sends new names, and looks whether the recorder's node still lives. */
  tick(nowMs: number): void {
    const { recordingId, state } = this.#room.view.recording
    if (this.#isClosed || recordingId === null || state !== 'recording' || this.#nodeId === null) return
    if (Object.keys(this.#newNames).length > 0) {
      const names = this.#newNames
      this.#newNames = {}
      detach(this.#log, 'namesNotSent', this.#ask(this.#nodeId, 'names', { recordingId, names }))
    }
    if (nowMs - this.#watchedAtMs < watchMs) return
    this.#watchedAtMs = nowMs
    detach(this.#log, 'recorderNotWatched', this.#watch(recordingId, this.#nodeId))
  }

  async #watch(recordingId: RecordingId, nodeId: NodeId): Promise<void> {
    let live
    try {
      live = await this.#nodes.live('recorder')
    } catch (error) {
      if (error instanceof AppError) return // the database is away: nothing is known
      throw error
    }
    if (live.some((node) => node.id === nodeId) || this.#nodeId !== nodeId || !this.#isWanted(recordingId))
      return
    this.#log.warn('recorderNodeLost', { recordingId, nodeId })
    this.#inTurn('recordingNotMoved', async () => {
      if (this.#isWanted(recordingId) && this.#nodeId === nodeId) await this.#move(recordingId, nodeId)
    })
  }

  /** The same recording, on the node that has it; on another node it is another recording. */
  async #goOn(recordingId: RecordingId): Promise<void> {
    const nodeId = this.#nodeId
    try {
      if (nodeId === null) throw new AppError('recording_unavailable', 'no recorder is known')
      await this.#startOn(nodeId, recordingId)
      this.#record({ type: 'started', recordingId })
    } catch (error) {
      this.#log.warn('recordingNotContinued', { recordingId, nodeId, error: String(error) })
      if (this.#isWanted(recordingId)) await this.#move(recordingId, nodeId)
    }
  }

  /** What was captured stays with the former recording, which its recorder or another finishes. */
  async #move(from: RecordingId, lostNodeId: NodeId | null): Promise<void> {
    this.#media.evict(recorderIdOf(from))
    const to = newRecordingId()
    this.#record({ type: 'moved', recordingId: from, to })
    await this.#begin(to, lostNodeId)
  }

  async #begin(recordingId: RecordingId, avoid: NodeId | null): Promise<void> {
    let code: ErrorCode = 'recording_unavailable'
    let hasRow = false
    try {
      const live = await this.#nodes.live('recorder')
      // A node that did not answer may only be slow: it comes last.
      const byChoice = [...live.filter((n) => n.id !== avoid), ...live.filter((n) => n.id === avoid)]
      for (const { id: nodeId } of byChoice) {
        if (!this.#isWanted(recordingId)) return
        await this.#rows.create({
          id: recordingId,
          meetingId: this.#meetingId,
          approvedByName: this.#approvedByName ?? this.#chairName(),
          nodeId,
          startedAtMs: Date.now(),
        })
        hasRow = true
        try {
          await this.#startOn(nodeId, recordingId)
          this.#nodeId = nodeId
          this.#record({ type: 'started', recordingId })
          return
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          if (error.code !== 'timeout') code = error.code
          this.#log.warn('recorderRefused', { recordingId, nodeId, code: error.code })
        }
      }
    } catch (error) {
      this.#log.error('recordingNotStarted', { recordingId, error: String(error) })
      code = error instanceof AppError ? error.code : 'internal'
    }
    this.#media.evict(recorderIdOf(recordingId))
    this.#record({ type: 'failed', recordingId, code })
    if (hasRow) await this.#rows.fail(recordingId, code)
  }

  async #startOn(nodeId: NodeId, recordingId: RecordingId): Promise<void> {
    const ticket = await this.#media.admit(recorderIdOf(recordingId), { kind: 'recorder' })
    const names: Record<string, { name: string; unitName: string }> = {}
    for (const { id, name, unitName } of Object.values(this.#room.view.participants)) {
      names[id] = { name, unitName }
    }
    this.#newNames = {}
    await this.#ask(nodeId, 'start', { recordingId, meetingId: this.#meetingId, ticket, names })
  }

  async #end(recordingId: RecordingId): Promise<void> {
    const nodeId = this.#nodeId
    this.#nodeId = null
    try {
      if (nodeId === null) throw new AppError('recording_unavailable', 'no recorder is known')
      await this.#ask(nodeId, 'stop', { recordingId })
      this.#record({ type: 'stopped', recordingId })
    } catch (error) {
      this.#log.error('recordingNotStopped', { recordingId, nodeId, error: String(error) })
      const code =
        error instanceof AppError && error.code !== 'timeout' ? error.code : 'recording_unavailable'
      this.#record({ type: 'failed', recordingId, code })
    } finally {
      this.#media.evict(recorderIdOf(recordingId))
    }
  }

  #ask(nodeId: NodeId, method: 'start' | 'stop' | 'names', payload: unknown): Promise<unknown> {
    return this.#bus.request(`recorder:${nodeId}`, method, payload, { timeoutMs: this.#timeoutMs })
  }

  #isWanted(recordingId: RecordingId): boolean {
    const { state, recordingId: present } = this.#room.view.recording
    return !this.#isClosed && present === recordingId && (state === 'starting' || state === 'recording')
  }

  #inTurn(event: string, work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => (this.#isClosed ? undefined : work()))
    this.#turn = turn.catch((error: unknown) => this.#log.error(event, { error: String(error) }))
    return this.#turn
  }

  /** Lets go without stopping the recorder: another home may go on. */
  close(): void {
    this.#isClosed = true
  }
}

function newRecordingId(): RecordingId {
  return RecordingId.parse(randomUUID())
}

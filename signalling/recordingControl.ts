import { randomUUID } from 'node:crypto'
import type { Bus } from '#contract/bus.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { RecordingId, type MeetingId, type NodeId, type ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { CallMedia } from './callMedia.ts'
import { RecorderReach } from './recorderReach.ts'
import type { RecordingCommand } from './room/recording.ts'
import type { Room } from './room/room.ts'
import type { NodeList, RecordingRows } from './stores.ts'

/** A recorder that is missed so often in a row has lost its recording to another. */
const missesToMove = 2
/** What is refused again and again is tried less and less often: so many looks apart at most. */
const mostLooksApart = 30

type Act = (
  command: (room: Room, nowMs: number) => readonly RoomEvent[],
  options?: { isStored?: boolean },
) => Promise<void>

export interface RecordingControlOptions {
  meetingId: MeetingId
  room: Room
  media: CallMedia
  bus: Bus
  nodes: NodeList
  rows: RecordingRows
  /** How long a recorder may take to begin or to end. */
  timeoutMs: number
  /** How often it is asked whether it still has what it records. */
  watchMs: number
  log: Log
  /** Who decides on recordings now: for a recording that goes on here and was approved at a former home. */
  chairName: () => string
  /** `Call.act`. */
  act: Act
  /** Tells the room. */
  record: (command: RecordingCommand) => void
}

/**
 * A call's recording: takes who approves and stops it, and sees to the recorder: finds a node, lets it in, asks it from
 * time to time whether it captures, goes on there or elsewhere when it does not, and tells the room what became of it.
 * As long as the room wants a recording, a failed one is tried again. Works one step at a time; the room's state decides
 * what is wanted.
 */
export class RecordingControl {
  readonly #options: RecordingControlOptions
  readonly #room: Room
  readonly #reach: RecorderReach
  readonly #log: Log
  readonly #record: (command: RecordingCommand) => void
  /** Who has it, or had it last. */
  #nodeId: NodeId | null = null
  /** Of which something was captured. */
  #begunId: RecordingId | null = null
  /** For what cannot go on as it was; one for as many tries as it takes. */
  #spareId: RecordingId | null = null
  #approvedByName: string | null = null
  #turn: Promise<void> = Promise.resolve()
  #newNames: Record<string, { name: string; unitName: string }> = {}
  #misses = 0
  #refusals = 0
  #lookAtMs = 0
  #isLooking = false
  /** A former home recorded the call; here nobody has come in yet. */
  #isToResume: boolean
  #isClosed = false

  constructor(options: RecordingControlOptions) {
    this.#options = options
    this.#room = options.room
    this.#reach = new RecorderReach({ ...options, view: () => options.room.view })
    this.#log = options.log
    this.#record = options.record
    const { recordingId, state } = this.#room.view.recording
    this.#isToResume = recordingId !== null
    if (state !== 'starting') this.#begunId = recordingId
  }

  /** Whether this home has a recorder to see to. */
  get isUnderWay(): boolean {
    const { state } = this.#room.view.recording
    const isRunning = state === 'starting' || state === 'recording' || state === 'stopping'
    return isRunning && !this.#isToResume
  }

  /**
   * The chair approves. Answers when the approval is stored; the room tells how the recorder fares.
   * @throws AppError recording_quota_reached, unit_quota_reached; as `Call.act`
   */
  async start(by: ParticipantId, approvedByName: string): Promise<void> {
    await this.#options.rows.demandRoom(this.#options.meetingId)
    const recordingId = newRecordingId()
    await this.#options.act(
      (room, nowMs) => {
        const { recordingId: former } = room.view.recording
        const events = room.recording.follow({ type: 'start', recordingId }, by, nowMs)
        this.#approvedByName = approvedByName
        this.#isToResume = false
        this.#inTurn('recordingNotStarted', () => {
          this.#forget(former)
          return this.#bring(recordingId)
        })
        return events
      },
      { isStored: true },
    )
  }

  /** Ends a recording, withdraws a proposal, puts a failure away. @throws AppError as `Call.act` */
  async stop(by: ParticipantId): Promise<void> {
    await this.#options.act((room, nowMs) => {
      const { recordingId: former } = room.view.recording
      const events = room.recording.follow({ type: 'stop' }, by, nowMs)
      const { state, recordingId } = room.view.recording
      if (state === 'stopping' && recordingId !== null && events.length > 0) this.finish(recordingId)
      if (state === 'off') this.#inTurn('recordingNotPutAway', async () => this.#forget(former))
      return events
    })
  }

  /** Nobody is in the call any more: there is nothing to record. */
  stopIdle(): void {
    const { recordingId, state } = this.#room.view.recording
    if (recordingId === null || this.#isClosed || (state !== 'starting' && state !== 'recording')) return
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
    if (state === 'stopping') this.finish(recordingId)
    else this.#look()
  }

  /** The recorder's media are gone (its own or the whole room's): a further segment. */
  mediaLost(): void {
    this.#look()
  }

  /** The recorder says that it ended by itself. */
  failed(recordingId: RecordingId, code: ErrorCode): void {
    if (this.#room.view.recording.recordingId !== recordingId) return
    this.#reach.evict(recordingId)
    if (code === 'node_closing' && this.#isWanted(recordingId)) {
      // It need not be asked: elsewhere at once, or here again when it is back.
      this.#misses = missesToMove
      this.#inTurn('recordingNotMoved', () => this.#goElsewhere(recordingId, code))
      return
    }
    this.#record({ type: 'failed', recordingId, code })
    this.#wait()
  }

  /** Somebody came in whose name the recorder may not know. */
  addName(participant: ParticipantView): void {
    const { state } = this.#room.view.recording
    if (state !== 'recording' && state !== 'starting') return
    this.#newNames[participant.id] = { name: participant.name, unitName: participant.unitName }
  }

  /** Sends new names, and looks after the recorder while somebody is there to be recorded. */
  tick(): void {
    const { recordingId, state } = this.#room.view.recording
    if (this.#isClosed || this.#isToResume || recordingId === null) return
    const hasNames = Object.keys(this.#newNames).length > 0
    // Who is just being looked for is told all names when it goes on.
    if (state === 'recording' && this.#nodeId !== null && !this.#isLooking && hasNames) {
      const names = this.#newNames
      this.#newNames = {}
      detach(this.#log, 'namesNotSent', this.#reach.tellNames(this.#nodeId, recordingId, names))
    }
    const isEmpty = Object.keys(this.#room.view.participants).length === 0
    if (!isEmpty && performance.now() >= this.#lookAtMs) this.#look()
  }

  #look(): void {
    const { recordingId } = this.#room.view.recording
    if (recordingId === null || this.#isToResume || this.#isLooking || !this.#isWanted(recordingId)) return
    this.#isLooking = true
    this.#inTurn('recorderNotWatched', () => this.#lookAfter(recordingId)).finally(() => {
      this.#isLooking = false
      this.#lookAtMs = Math.max(this.#lookAtMs, performance.now() + this.#options.watchMs)
    })
  }

  async #lookAfter(recordingId: RecordingId): Promise<void> {
    if (!this.#isWanted(recordingId)) return
    const nodeId = await this.#holderOf(recordingId)
    if (nodeId === null) return this.#bring(recordingId)
    switch (await this.#reach.standOf(nodeId, recordingId)) {
      case 'captures':
        this.#misses = 0
        this.#record({ type: 'started', recordingId })
        return
      case 'answers':
        this.#log.warn('recordingInterrupted', { recordingId, nodeId })
        return this.#bring(recordingId)
      case 'missed':
        if (++this.#misses >= missesToMove) await this.#goElsewhere(recordingId, 'recording_unavailable')
        return
      case 'unknown':
        this.#misses = 0
    }
  }

  /** Away from the recorder that has it; it is asked again all the while when there is no other. */
  async #goElsewhere(recordingId: RecordingId, code: ErrorCode): Promise<void> {
    if (!this.#isWanted(recordingId)) return
    const lost = await this.#holderOf(recordingId)
    const others = await this.#reach.live(lost)
    this.#log.warn('recorderLost', { recordingId, nodeId: lost, others: others.length })
    if (others.length > 0) await this.#bring(recordingId, others)
    else this.#fail(recordingId, code)
  }

  /** To a recorder that takes it: one of these, or who has it and then the others, the least busy first. */
  async #bring(recordingId: RecordingId, choice?: readonly NodeId[]): Promise<void> {
    let code: ErrorCode = 'recording_unavailable'
    try {
      for await (const nodeId of choice ?? this.#byChoice()) {
        if (!this.#isWanted(recordingId)) return
        try {
          return await this.#bringTo(nodeId, recordingId)
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
    const hasBegun = this.#begunId === recordingId
    const isNews = this.#room.view.recording.state !== 'failed'
    this.#fail(recordingId, code)
    if (!hasBegun && isNews) await this.#options.rows.fail(recordingId, code)
  }

  async *#byChoice(): AsyncGenerator<NodeId> {
    const holder = this.#nodeId
    // It answers: whether the store does, and lists it, does not matter.
    if (holder !== null) yield holder
    yield* await this.#reach.live(holder)
  }

  /** As the same recording where its journals lie, else as another: what was captured then stays with the former. */
  async #bringTo(nodeId: NodeId, recordingId: RecordingId): Promise<void> {
    const hasBegun = this.#begunId === recordingId
    if (hasBegun && (await this.#startAt(nodeId, recordingId, true))) return this.#follow(nodeId, recordingId)
    const id = hasBegun ? (this.#spareId ??= newRecordingId()) : recordingId
    await this.#options.rows.create({
      id,
      meetingId: this.#options.meetingId,
      approvedByName: this.#approvedByName ?? this.#options.chairName(),
      nodeId,
      startedAtMs: Date.now(),
    })
    await this.#startAt(nodeId, id, false)
    if (id !== recordingId) {
      this.#reach.evict(recordingId)
      this.#record({ type: 'moved', recordingId, to: id })
    }
    this.#follow(nodeId, id)
  }

  /** False when it cannot go on there as what it was. @throws AppError of the media, the bus and the recorder */
  async #startAt(nodeId: NodeId, recordingId: RecordingId, isFurther: boolean): Promise<boolean> {
    try {
      await this.#reach.start(nodeId, recordingId, isFurther)
      return true
    } catch (error) {
      this.#reach.evict(recordingId)
      const isElsewhere =
        error instanceof AppError && ['not_found', 'invalid_state', 'bad_request'].includes(error.code)
      if (isFurther && isElsewhere) return false
      throw error
    }
  }

  /** It captures there now. */
  #follow(nodeId: NodeId, recordingId: RecordingId): void {
    this.#nodeId = nodeId
    this.#begunId = recordingId
    this.#spareId = null
    this.#misses = 0
    this.#refusals = 0
    this.#newNames = {}
    this.#record({ type: 'started', recordingId })
    const { state, recordingId: present } = this.#room.view.recording
    // Meanwhile the failure was put away; one that is to stop is stopped in its turn.
    if (present !== recordingId || state === 'off') this.#forget(recordingId)
  }

  #fail(recordingId: RecordingId, code: ErrorCode): void {
    this.#record({ type: 'failed', recordingId, code })
    this.#wait()
  }

  #wait(): void {
    const looks = Math.min(mostLooksApart, 2 ** this.#refusals++)
    this.#lookAtMs = performance.now() + looks * this.#options.watchMs
  }

  /** Who has it, or had it last. @throws AppError storage_unavailable when only the store knows */
  async #holderOf(recordingId: RecordingId): Promise<NodeId | null> {
    if (this.#begunId === recordingId) this.#nodeId ??= await this.#options.rows.nodeOf(recordingId)
    return this.#nodeId
  }

  /** Nobody wants it any more; its recorder, if it still captures, need not wait for its media. */
  #forget(recordingId: RecordingId | null): void {
    const nodeId = this.#nodeId
    this.#nodeId = null
    this.#spareId = null
    this.#misses = 0
    this.#refusals = 0
    if (recordingId === null) return
    this.#reach.evict(recordingId)
    if (nodeId === null || this.#begunId !== recordingId) return
    this.#begunId = null
    const stopping = this.#reach.stop(nodeId, recordingId)
    detach(
      this.#log,
      'recordingNotFinished',
      stopping.catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error // who does not answer finishes it by itself
      }),
    )
  }

  async #end(recordingId: RecordingId): Promise<void> {
    let nodeId: NodeId | null = null
    try {
      nodeId = await this.#holderOf(recordingId)
      if (nodeId === null) throw new AppError('recording_unavailable', 'no recorder is known')
      await this.#reach.stop(nodeId, recordingId)
      this.#record({ type: 'stopped', recordingId })
    } catch (error) {
      this.#log.error('recordingNotStopped', { recordingId, nodeId, error: String(error) })
      const code =
        error instanceof AppError && error.code !== 'timeout' ? error.code : 'recording_unavailable'
      this.#record({ type: 'failed', recordingId, code })
    } finally {
      this.#begunId = null
      this.#forget(recordingId)
    }
  }

  /** What the room wants to be captured; a failed one too, until somebody puts the failure away. */
  #isWanted(recordingId: RecordingId): boolean {
    const { state, recordingId: present } = this.#room.view.recording
    const isSo = state === 'starting' || state === 'recording' || state === 'failed'
    return !this.#isClosed && this.#room.view.phase !== 'ended' && present === recordingId && isSo
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

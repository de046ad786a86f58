import type { MeetingId, NodeId, ParticipantId } from '#contract/ids.ts'
import { AppError } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import { emptyRoomView, type RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { Bus } from '#contract/bus.ts'
import type { SpeechLimits } from '#contract/room/speechKinds.ts'
import { speechLimitsOf, type SettingsReader } from '#contract/settings.ts'
import { steadyClock } from '#contract/wallClock.ts'
import type { AgendaWish } from '#contract/callHome.ts'
import type { CallRecord, StoredCallEvent } from '#db/calls.ts'
import type { CallSnapshot } from '#db/callSnapshots.ts'
import type { MediaEngine } from '#sfu/engine.ts'
import { CallBroadcast } from './callBroadcast.ts'
import { CallEnding } from './callEnding.ts'
import { CallMedia } from './callMedia.ts'
import { CallNews } from './callNews.ts'
import { CallPages } from './callPages.ts'
import { CallSeats } from './callSeats.ts'
import { EngineEar } from './engineEar.ts'
import { EventWriter } from './eventWriter.ts'
import type { SignallingMetrics } from './metrics.ts'
import { PlanFollower } from './planFollower.ts'
import { identityInPlan } from './identity.ts'
import type { Audience, Page } from './page.ts'
import { RecordingControl } from './recordingControl.ts'
import { Room, type RoomCommand } from './room/room.ts'
import type { SignallingSettings } from './settings.ts'
import type { Stores } from './stores.ts'
import { SnapshotKeeper } from './snapshotKeeper.ts'
import { Turns } from './turns.ts'

/** What a call is made of; the same for all of a node but for the meeting. */
export interface CallOptions {
  meetingId: MeetingId
  nodeId: NodeId
  epoch: number
  record: CallRecord
  /** Names the rules by which events make a room. */
  fold: string
  /** The room as an earlier home kept it; null when there is none by these rules. */
  snapshot: CallSnapshot | null
  /** The call's stored events after that, when it had a home before. */
  past: readonly StoredCallEvent[]
  /** When the former home was last known to live; null for the first. */
  formerExpiresAtMs: number | null
  stores: Stores
  engine: MediaEngine
  bus: Bus
  audience: Audience
  settings: SignallingSettings
  /** What the city has settled. */
  rules: SettingsReader
  metrics: SignallingMetrics
  log: Log
  /** The lease is another's. */
  onFenced: () => void
}

/**
 * One call at its home: the room, what is stored of it, its media, its recorder and its pages. Everything that
 * happens goes through `#commit`: kept for storing, sent to the pages, followed in media. What concerns one part alone
 * is asked of that part.
 */
export class Call {
  readonly meetingId: MeetingId
  readonly epoch: number
  /** The call's time, for all that happens in it. */
  readonly now = steadyClock()
  readonly #room: Room
  readonly #writer: EventWriter
  readonly #snapshots: SnapshotKeeper
  readonly media: CallMedia
  readonly recording: RecordingControl
  readonly ear: EngineEar
  readonly pages: CallPages
  readonly plan: PlanFollower
  readonly ending: CallEnding
  readonly seats: CallSeats
  readonly #stores: Stores
  readonly #settings: SignallingSettings
  readonly #rules: SettingsReader
  readonly #log: Log
  readonly #broadcast: CallBroadcast
  readonly #news: CallNews
  readonly #agendaTurns = new Turns<MeetingId>()
  /** Since when nobody is in the call; pages before it do not count. */
  #emptySinceMs = this.now()
  /** Since when, besides, no page is there. */
  #quietSinceMs = this.now()
  #isClosed = false

  constructor(options: CallOptions) {
    const { meetingId, epoch, record, snapshot, past, stores, settings, log } = options
    this.meetingId = meetingId
    this.epoch = epoch
    this.plan = new PlanFollower({
      record,
      store: stores.calls,
      everyMs: settings.planCheckMs,
      log,
      onChanged: (found) => detach(log, 'planNotFollowed', this.#follow(found)),
    })
    this.#stores = stores
    this.#settings = settings
    this.#rules = options.rules
    this.#log = log
    this.#room = new Room(startView(record, epoch), {
      seatGraceMs: settings.seatGraceMs,
      kept: snapshot?.room ?? null,
      past: past.map((stored) => stored.event),
    })
    this.pages = new CallPages({
      maxPerParticipant: settings.maxPagesPerParticipant,
      subject: () => ({ unitId: this.plan.current.unitId, meetingStatus: this.plan.current.status }),
      snapshot: (scope, id) => this.#room.snapshot(scope, id),
    })
    this.#broadcast = new CallBroadcast({
      audience: options.audience,
      settings,
      metrics: options.metrics,
      view: () => this.#room.view,
      snapshot: (scope, id) => this.#room.snapshot(scope, id),
      sendOwn: (id, batch) => this.pages.seatedPage(id)?.send('room:events', batch),
      size: () => this.pages.seatedCount,
    })
    this.#writer = new EventWriter({
      store: stores.calls,
      meetingId,
      nodeId: options.nodeId,
      epoch,
      lastSeq: past.at(-1)?.seq ?? snapshot?.seq ?? 0,
      log,
      onFenced: options.onFenced,
    })
    this.#snapshots = new SnapshotKeeper({
      store: stores.calls,
      meetingId,
      nodeId: options.nodeId,
      epoch,
      fold: options.fold,
      keptSeq: snapshot?.seq ?? 0,
      room: this.#room,
      writer: this.#writer,
      timeoutMs: settings.storeTimeoutMs,
      log,
    })
    this.#news = new CallNews({
      bus: options.bus,
      meetingId,
      everyMs: settings.lobbyMs,
      stored: () => this.#writer.flush(settings.storeTimeoutMs),
      log,
    })
    this.media = new CallMedia({
      engine: options.engine,
      meetingId,
      log,
      grantOf: (id) => this.#room.participant(id)?.grant ?? null,
      onTicket: (id, ticket) => {
        const page = this.pages.seatedPage(id)
        page?.send('media:ticket', { ticket })
        return page !== undefined
      },
      isThere: (id) => this.pages.seatedPage(id) !== undefined,
    })
    this.recording = new RecordingControl({
      meetingId,
      room: this.#room,
      media: this.media,
      bus: options.bus,
      nodes: stores.nodes,
      rows: stores.recordings,
      timeoutMs: settings.recorderTimeoutMs,
      watchMs: settings.recorderWatchMs,
      log,
      chairName: () => this.plan.current.people.find(({ role }) => role === 'chair')?.name ?? '',
      act: (command, how) => this.act(command, how),
      record: (command) => {
        if (!this.#isClosed) this.#commit(this.#room.recording.follow(command, null, this.now()))
      },
    })
    const { media, pages, recording } = this
    const parts = { room: this.#room, media, pages, now: this.now, log }
    const commit = (events: readonly RoomEvent[]): number => this.#commit(events)
    this.ear = new EngineEar({ ...parts, recording, audience: options.audience, commit })
    this.ending = new CallEnding({
      ...parts,
      recording,
      ear: this.ear,
      broadcast: this.#broadcast,
      act: (command) => this.act(command, { isStored: true }),
    })
    this.seats = new CallSeats({
      ...parts,
      meetingId,
      epoch,
      plan: this.plan,
      store: stores.calls,
      timeoutMs: settings.storeTimeoutMs,
      commit,
      stored: (seq) => this.#writer.stored(seq, settings.storeTimeoutMs),
      act: (command) => this.act(command),
      onJoined: () => this.recording.resume(),
      isServing: () => !this.#isClosed,
    })
    const nowMs = this.now()
    this.#commit(this.#room.seats.disconnectAll(Math.min(nowMs, options.formerExpiresAtMs ?? nowMs), nowMs))
  }

  /** The call as everyone sees it. */
  get view(): RoomView {
    return this.#room.view
  }

  /** A page connected; it waits in the lobby until it joins. @throws AppError rate_limited */
  connect(page: Page): void {
    this.#assertServing()
    this.pages.connect(page)
  }

  /**
   * Runs a command of the room and follows it everywhere; answers when media obey and, if asked, when it is stored.
   * @throws AppError what the command throws; media_unavailable; storage_unavailable; wrong_node
   */
  async act(
    command: (room: Room, nowMs: number) => readonly RoomEvent[],
    options: { isStored?: boolean } = {},
  ): Promise<void> {
    this.#assertServing()
    if (this.#writer.isFull) throw new AppError('storage_unavailable', 'too much waits to be stored')
    const events = command(this.#room, this.now())
    const seq = this.#commit(events)
    await this.#regrant(events)
    if (options.isStored) await this.#writer.stored(seq, this.#settings.storeTimeoutMs)
  }

  /** How long one may have the floor, by the rules of now. @throws AppError storage_unavailable */
  async speechLimits(): Promise<SpeechLimits> {
    return speechLimitsOf((await this.#rules.history()).at(Date.now()), this.plan.current.kind)
  }

  /** Media obey what happened. @throws AppError media_unavailable */
  async #regrant(events: readonly RoomEvent[]): Promise<void> {
    const ids = events.flatMap((event) => (event.type === 'grantChanged' ? [event.participantId] : []))
    await Promise.all(ids.map((id) => this.media.regrant(id)))
  }

  /** Carries out what a participant asks of the room. @throws AppError as `act` */
  carryOut<P>(command: RoomCommand<P>, by: ParticipantId, payload: P): Promise<void> {
    return this.act((room, nowMs) => command(room, by, payload, nowMs))
  }

  /** The office says that the plan changed. */
  planChanged(): void {
    if (!this.#isClosed) detach(this.#log, 'planNotFollowed', this.plan.look())
  }

  /** The plan is so now: what it says of people and agenda holds in the call, and no call outlives its meeting. */
  async #follow(record: CallRecord | null): Promise<void> {
    if (this.#isClosed || this.#isOver) return
    if (record === null || record.status === 'cancelled') {
      return this.ending.callOff(new AppError(record === null ? 'not_found' : 'meeting_cancelled'))
    }
    const people = new Map(record.people.map((person) => [person.id, person]))
    for (const page of this.pages.all) {
      const person = people.get(page.identity.participantId)
      // Who is no longer in it is told by the end of the right itself.
      if (!person) continue
      page.renew(identityInPlan(page.identity, person, record))
      this.pages.rescope(page)
    }
    await this.act((room, nowMs) => room.follow(record, nowMs))
    for (const page of this.pages.all) page.send('meeting:changed', {})
  }

  /**
   * The whole agenda, as somebody wants it who edits the plan while the call is open; answers when it is stored. Of two
   * who saw the same plan, one after the other, the second is refused; who asks again is answered the same.
   * @throws AppError conflict, meeting_not_open, meeting_ended, invalid_state, storage_unavailable, wrong_node
   */
  changeAgenda({ items, version, by }: AgendaWish): Promise<void> {
    return this.#agendaTurns.run(this.meetingId, async () => {
      if (version !== undefined && !this.#room.agenda.is(items)) {
        const current = await this.#stores.calls.planVersion(this.meetingId)
        if (current !== version) throw new AppError('conflict', 'the plan was changed since it was read')
      }
      await this.act((room, nowMs) => room.agenda.change(items, by, nowMs), { isStored: true })
    })
  }

  /** The office opens it again; answers when it is stored. @throws AppError invalid_state, storage_unavailable, wrong_node */
  reopen(by: string): Promise<void> {
    return this.act((room, nowMs) => room.seats.reopen(by, nowMs), { isStored: true })
  }

  /** Looks after seats, speech, and the recorder; the directory's clock. */
  tick(): void {
    if (this.#isClosed) return
    const nowMs = this.now()
    const events = this.#room.tick(nowMs)
    this.#commit(events)
    detach(this.#log, 'regrantFailed', this.#regrant(events))
    this.ear.tick(nowMs)
    this.recording.tick()
    if (this.pages.size > 0 && !this.#isOver) this.plan.tick()
    const isEmpty = this.#isOver || Object.keys(this.view.participants).length === 0
    if (!isEmpty) this.#emptySinceMs = nowMs
    else if (nowMs - this.#emptySinceMs >= this.#settings.idleMs) this.recording.stopIdle()
    if (!isEmpty || this.pages.size > 0) this.#quietSinceMs = nowMs
  }

  get #isOver(): boolean {
    return this.#room.view.phase === 'ended'
  }

  /** Whether nobody looks at the call and nothing of it is under way: it can be put away. */
  isIdle(): boolean {
    return !this.recording.isUnderWay && this.now() - this.#quietSinceMs >= this.#settings.idleMs
  }

  /** The one way out of the room: to the store, to the pages, to the media. Returns what to wait for until stored. */
  #commit(events: readonly RoomEvent[]): number {
    const seq = this.#writer.append(events)
    this.#snapshots.note(seq)
    if (events.length === 0) return seq
    this.#broadcast.push(events)
    this.#news.note(events)
    for (const event of events) {
      switch (event.type) {
        case 'participantJoined':
          this.recording.addName(event.participant)
          this.#broadcast.touchLobby()
          break
        case 'participantLeft':
          this.media.evict(event.participantId)
          this.ear.endSpeech(event.participantId)
          this.#broadcast.touchLobby()
          break
        case 'callOpened':
        case 'callEnded':
        case 'callReopened':
        case 'recordingChanged':
        case 'participantDisconnected':
        case 'participantReconnected':
          this.#broadcast.touchLobby()
          break
      }
    }
    return seq
  }

  #assertServing(): void {
    if (this.#isClosed) throw new AppError('wrong_node', 'the call is closed here')
  }

  /**
   * Lets go of the call here: pages are told to connect again (`wrong_node`, `node_closing`). Idempotent.
   * @param flushMs how long to wait for what is not stored yet
   */
  async close(code: 'wrong_node' | 'node_closing', flushMs: number): Promise<void> {
    if (this.#isClosed) return
    this.ear.endSpeech()
    this.#broadcast.close()
    this.#isClosed = true
    const isEmpty = this.pages.seatedCount === 0
    this.recording.close()
    this.pages.closeAll(new AppError(code))
    try {
      await this.#writer.flush(flushMs)
    } catch (error) {
      this.#log.error('eventsLost', { meetingId: this.meetingId, error: String(error) })
    }
    this.#news.close()
    this.#writer.close()
    // A call that moves keeps its media until the new home lets everyone in again.
    await this.media.close(this.#isOver || isEmpty)
  }
}

/** A call as it stands before its events; one whose meeting ended without any is over. */
function startView(record: CallRecord, epoch: number): RoomView {
  const view = emptyRoomView(record.id, record.agenda, epoch)
  return record.status === 'ended' ? { ...view, phase: 'ended', endedAtMs: record.endsAtMs } : view
}

import { connectCall, type CallSignal } from '#signalling/client.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { MeetingId, SiteId } from '#contract/ids.ts'
import type { Action } from '#contract/permissions.ts'
import type { MediaTicket } from '#contract/media.ts'
import type { CallHello, RequestReply } from '#contract/requests.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import {
  applyRoomBatch,
  applyRoomEvent,
  withScopes,
  withSnapshot,
  type ModeratorsView,
  type PageViews,
  type RoomEventBatch,
  type RoomView,
} from '#contract/room/room.ts'
import type { Scope } from '#contract/room/scope.ts'
import type { ViewWish } from '#web/call/media/mediaClient.ts'
import { newClientId } from '#web/call/media/newId.ts'
import { MeetingActions } from './meetingActions.ts'
import { Chat } from '#web/call/chat/meetingChat.svelte.ts'
import { Clock } from './meetingClock.svelte.ts'
import { Connection } from './meetingConnection.svelte.ts'
import { CallMedia } from '#web/call/media/callMedia.svelte.ts'
import { newsOf } from '#web/call/notices/meetingNews.ts'
import { Notices } from '#web/call/notices/meetingNotices.svelte.ts'
import { PageWatch } from './meetingPage.ts'
import { mayPass, type Ending, type MeetingPhase } from './meetingPhase.ts'
import {
  expectedRows,
  handsOf,
  missingTracks,
  rosterFollower,
  sharedScreenOf,
} from '#web/call/people/meetingRoster.ts'
import { OwnSources } from '#web/call/media/ownSources.svelte.ts'
import { Speech } from '#web/call/floor/meetingSpeech.svelte.ts'

/** How long tracks that are on their way may take before they count as missed. */
const missedAfterMs = 1500
/** How long to wait before asking again what the server could not answer. */
const retryMs = 1500

/** The call page's one object: connects, joins, follows the view, acts, and comes back after every interruption. */
export class Meeting {
  readonly media: CallMedia
  readonly chat: Chat
  readonly notices = new Notices()
  readonly clock = new Clock()
  readonly speech = new Speech(this.clock)
  readonly connection = new Connection()
  readonly act: MeetingActions
  readonly own: OwnSources
  readonly #meetingId: MeetingId
  readonly #page: PageWatch
  #signal: CallSignal
  #phase = $state<MeetingPhase>('connecting')
  #isInside = $state(false)
  #hello = $state.raw<CallHello | null>(null)
  #views = $state.raw<PageViews | null>(null)
  readonly #view = $derived(this.#views?.all ?? null)
  #ending = $state<Ending | null>(null)
  /** What the last ticket brought is negotiated, or failed to be. */
  #negotiated: Promise<void> = Promise.resolve()
  #isWaiting = $state(false)
  #isElsewhere = $state(false)
  #joinFailure = $state<ErrorCode | null>(null)
  #siteId = $state<SiteId | null>(null)
  readonly #rosterOf = rosterFollower()
  readonly roster: readonly ParticipantView[] = $derived(this.#view ? this.#rosterOf(this.#view) : [])
  /** The speaking queue, first asked first. */
  readonly hands: ParticipantView[] = $derived(this.#view ? handsOf(this.#view) : [])
  /** One's own place in it, from 1; 0 with the hand down. */
  readonly myPlace = $derived(this.hands.findIndex((p) => p.id === this.#hello?.me.participantId) + 1)
  readonly sharing: ParticipantView | null = $derived(this.#view ? sharedScreenOf(this.#view) : null)
  readonly me: ParticipantView | null = $derived(
    (this.#hello && this.#view?.participants[this.#hello.me.participantId]) ?? null,
  )
  readonly attendance = $derived(
    this.#hello && this.#views ? expectedRows(this.#hello.expected, this.#hello.sites, this.#views) : [],
  )
  #wishes: ViewWish[] = []
  #isLoweringHand = false
  #isRejoining = false
  #needsTicket = false
  readonly #syncing = new Set<Scope>()
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  constructor(meetingId: MeetingId) {
    this.#meetingId = meetingId
    this.media = new CallMedia({
      own: (source) => this.own.sent(source),
      negotiate: async (message) => (await this.#signal.request('media:negotiate', { message })).reply,
      onSessionLost: () => this.#rejoin(false),
      onWarning: warn,
    })
    this.chat = new Chat((message) => this.#signal.request('chat:post', message))
    this.act = new MeetingActions(
      (name, payload) => this.#signal.request(name, payload),
      (code) => this.notices.show({ kind: 'failed', code }),
    )
    this.own = new OwnSources({
      onSent: (source) => this.media.send(source),
      ask: (source, level) => this.act.setSource(source, level),
      onFailed: (source, problem) => {
        if (this.#phase === 'inCall') this.notices.show({ kind: 'deviceFailed', source, problem })
      },
      onWarning: warn,
    })
    const { speaker } = this.own.devices.chosen
    if (speaker) void this.media.setSpeaker(speaker)
    this.#page = new PageWatch({
      onVisibilityChanged: () => this.#applyView(),
      onNetworkChanged: () => {
        this.#signal.verify()
        this.media.revive(true)
      },
      onLeaving: () => this.#leaveSilently(),
    })
    this.#signal = this.#connect()
    this.own.start()
  }

  get phase(): MeetingPhase {
    return this.#phase
  }
  /**
   * In the call, and what it brings is negotiated: time to draw it. Drawing holds the page up for as long as a few
   * network round trips take, so it runs while the media connect and not before they begin to.
   */
  get isInside(): boolean {
    return this.#isInside
  }
  get hello(): CallHello | null {
    return this.#hello
  }
  /** The call as everybody in it sees it. */
  get view(): RoomView | null {
    return this.#view
  }
  /** What moderators see besides; null for others. */
  get moderators(): ModeratorsView | null {
    return this.#views?.moderators ?? null
  }
  get ending(): Ending | null {
    return this.#ending
  }
  /** Asked to join before the call is open: it happens by itself. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }
  /** In the call from another page: joining takes the seat over. */
  get isElsewhere(): boolean {
    return this.#isElsewhere
  }
  get joinFailure(): ErrorCode | null {
    return this.#joinFailure
  }
  /** The site in whose room the person sits. */
  get siteId(): SiteId | null {
    return this.#siteId
  }
  may(action: Action): boolean {
    return this.#hello?.me.may.includes(action) ?? false
  }

  /** Where the person sits: a site of the meeting, or null for a device of one's own. */
  chooseSite(siteId: SiteId | null): void {
    this.#siteId = siteId
  }

  /** Joins now, or as soon as the call is open. */
  join(options: { takeOver?: boolean } = {}): void {
    if (this.#phase !== 'lobby' || !this.#hello) return
    if (this.#hello.phase === 'waiting' && !this.may('call:open')) {
      this.#isWaiting = true
      return
    }
    void this.#join(options.takeOver ?? this.#isElsewhere)
  }

  /** No longer waits for the opening. */
  cancelWaiting(): void {
    this.#isWaiting = false
  }

  /** Chooses a loudspeaker for everybody's sound, and remembers it on this machine. */
  async chooseSpeaker(deviceId: string): Promise<void> {
    this.own.devices.choose('speaker', deviceId)
    await this.media.setSpeaker(deviceId)
  }

  async setHand(isRaised: boolean): Promise<void> {
    this.#isLoweringHand = !isRaised
    await (isRaised ? this.act.raiseHand() : this.act.lowerHand())
    this.#isLoweringHand = false
  }

  /** What is on screen and how large; what is not named is not received. */
  show(wishes: ViewWish[]): void {
    this.#wishes = wishes
    this.#applyView()
  }

  /** A hidden page receives no pictures, only sound. */
  #applyView(): void {
    this.media.setView(this.#page.isHidden ? [] : this.#wishes)
  }

  /** Goes, with a clean end: the others see it at once. */
  async leave(): Promise<void> {
    if (this.#phase !== 'inCall') return
    this.#finish('left')
    try {
      await this.#signal.request('call:leave', {}, { timeoutMs: 2000 })
    } catch (error) {
      // The server counts the page as lost after a while; the person is gone all the same.
      warn('leave_failed', error)
    }
    this.#signal.close()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#leaveSilently()
    if (this.#phase !== 'inCall') this.#signal.close()
    this.#finish('left')
    this.#page.close()
    this.clock.close()
    this.notices.close()
    this.connection.close()
  }

  #connect(): CallSignal {
    const signal = connectCall({ url: '', meetingId: this.#meetingId, clientId: newClientId() })
    signal.on('state:changed', ({ state, error }) => {
      if (state === 'connected') this.#connected()
      else if (state === 'closed') this.#finish(error?.code ?? 'left')
      else if (state === 'reconnecting' && this.#phase !== 'over') this.connection.set(false)
    })
    signal.on('lobby:changed', (lobby) => {
      if (!this.#hello) return
      this.#hello = { ...this.#hello, ...lobby }
      if (lobby.phase === 'ended') this.#finish('meeting_ended')
      else if (lobby.phase === 'open' && this.#isWaiting) void this.#join(this.#isElsewhere)
    })
    signal.on('room:events', (batch) => this.#follow(batch))
    signal.on('room:scopes', (change) => {
      if (this.#views) this.#setViews(withScopes(this.#views, change))
    })
    signal.on('speakers:changed', ({ speakers }) => this.speech.receive(speakers))
    signal.on('media:message', ({ payload }) => this.media.receive(payload))
    signal.on('media:ticket', ({ ticket }) => this.#startMedia(ticket))
    return signal
  }

  #connected(): void {
    if (this.#phase === 'inCall') this.#rejoin(true)
    else if (this.#phase !== 'over') void this.#greet()
  }

  /** Learns what the pre-join page shows, and gets the media client ready. */
  async #greet(): Promise<void> {
    if (this.#phase === 'over' || this.#phase === 'inCall') return
    try {
      const hello = await this.#signal.request('call:hello', {})
      this.connection.set(true)
      this.#hello = hello
      this.#isElsewhere = hello.me.isElsewhere
      this.clock.adjust(hello.serverTimeMs)
      if (this.#phase === 'connecting') this.#phase = 'lobby'
      if (hello.phase === 'ended') this.#finish('meeting_ended')
      await this.media.prepare(hello.media.engine, hello.media.clientConfig)
      this.#joinFailure = null
      if (this.#isWaiting && hello.phase === 'open') void this.#join(this.#isElsewhere)
    } catch (error) {
      if (this.#signal.state !== 'connected') return
      this.#refused(error)
      if (this.#joinFailure) this.#retryTimer = setTimeout(() => void this.#greet(), retryMs)
    }
  }

  async #join(takeOver: boolean): Promise<void> {
    if (this.#phase !== 'lobby' || !this.#hello) return
    this.#phase = 'joining'
    this.#joinFailure = null
    try {
      const { engine, clientConfig } = this.#hello.media
      await this.media.prepare(engine, clientConfig)
      const reply = await this.#requestJoin(takeOver, null)
      this.#isWaiting = false
      this.#phase = 'inCall'
      this.#entered(reply)
      void this.#negotiated.then(() => (this.#isInside = true))
    } catch (error) {
      this.media.stop() // a ticket that went ahead
      if (this.#phase === 'joining') this.#phase = 'lobby'
      const code = error instanceof AppError ? error.code : 'internal'
      if (code === 'meeting_not_open') this.#isWaiting = true
      else if (code === 'already_joined') this.#isElsewhere = true
      else this.#refused(error)
    }
  }

  #requestJoin(takeOver: boolean, hasMedia: boolean | null): Promise<RequestReply<'call:join'>> {
    const level = (source: 'microphone' | 'camera'): 'open' | 'muted' =>
      this.own[source].isOn ? 'open' : 'muted'
    return this.#signal.request('call:join', {
      media: this.media.joinPayload(),
      microphone: level('microphone'),
      camera: level('camera'),
      siteId: this.#siteId,
      takeOver,
      sawRecordingNotice: true,
      takesTicketAhead: true,
      ...(hasMedia === null || !this.#view ? {} : { resume: { epoch: this.#view.epoch, hasMedia } }),
    })
  }

  #entered({ views, ticket, serverTimeMs }: RequestReply<'call:join'>): void {
    this.connection.set(true)
    this.clock.adjust(serverTimeMs)
    this.#setViews(views)
    this.#obey()
    if (ticket) this.#startMedia(ticket)
  }

  #startMedia(ticket: MediaTicket): void {
    this.#negotiated = this.media.start(ticket).catch((error: unknown) => warn('ticket_failed', error))
  }

  /** Takes the seat again: with `hasMedia` the media that lived on are kept, else a new ticket replaces them. */
  #rejoin(hasMedia: boolean): void {
    if (this.#isRejoining) {
      this.#needsTicket ||= !hasMedia
      return
    }
    this.#isRejoining = true
    void this.#resume(hasMedia).finally(() => {
      this.#isRejoining = false
      if (!this.#needsTicket) return
      this.#needsTicket = false
      this.#rejoin(false)
    })
  }

  async #resume(hasMedia: boolean): Promise<void> {
    if (this.#phase !== 'inCall') return
    try {
      const reply = await this.#requestJoin(false, hasMedia)
      this.#entered(reply)
      this.chat.repeat()
      if (reply.ticket) return
      this.media.revive(false)
      this.#retryTimer = setTimeout(() => this.#checkMissed(), missedAfterMs)
    } catch (error) {
      // A connection lost meanwhile brings us here again by itself.
      if (this.#signal.state !== 'connected') return
      this.connection.set(false)
      this.#refused(error)
      this.#retryTimer = setTimeout(() => this.#rejoin(false), retryMs)
    }
  }

  /** The engine's words of the time without a socket are lost: tracks that we were never given need a new ticket. */
  #checkMissed(): void {
    const received = this.media.receivedTracks()
    const me = this.#hello?.me.participantId
    if (!received || !me || !this.#view || this.#phase !== 'inCall') return
    if (missingTracks(this.#view, me, received).length > 0) this.#rejoin(false)
  }

  #refused(error: unknown): void {
    const code = error instanceof AppError ? error.code : 'internal'
    if (!(error instanceof AppError)) console.error(error)
    if (code === 'already_joined') this.#finish('taken_over')
    else if (mayPass(code)) this.#joinFailure = code
    else this.#finish(code)
  }

  #follow(batch: RoomEventBatch): void {
    const before = this.#views
    if (!before) return
    const after = applyRoomBatch(before, batch)
    if (after === 'gap') {
      void this.#sync(batch.scope)
      return
    }
    if (batch.scope === 'all') this.#tellNews(before.all, batch)
    this.#setViews(after)
    this.#obey()
  }

  #tellNews(before: RoomView, batch: RoomEventBatch): void {
    const me = this.#hello?.me.participantId
    if (!me) return
    const isModerator = this.may('call:moderate')
    let view = before
    for (const event of batch.events.slice(before.version - batch.fromVersion)) {
      for (const news of newsOf(view, event, me, isModerator)) this.#tell(news)
      view = applyRoomEvent('all', view, event)
    }
  }

  #obey(): void {
    if (this.me) this.own.obey(this.me.grant)
  }

  #tell(news: ReturnType<typeof newsOf>[number]): void {
    if (news.kind === 'handLowered' && this.#isLoweringHand) return
    if (news.kind === 'message') this.chat.countNew()
    this.notices.show(news)
  }

  #setViews(views: PageViews): void {
    this.#views = views
    this.chat.receive(views.all.chat)
    if (views.all.phase === 'ended') this.#finish('meeting_ended')
  }

  async #sync(scope: Scope): Promise<void> {
    if (this.#syncing.has(scope)) return
    this.#syncing.add(scope)
    try {
      const snapshot = await this.#signal.request('view:sync', { scope })
      if (!this.#views) return
      this.#setViews(withSnapshot(this.#views, snapshot))
      this.#obey()
    } catch (error) {
      // The next batch shows the gap again.
      warn('sync_failed', error)
    } finally {
      this.#syncing.delete(scope)
    }
  }

  #leaveSilently(): void {
    if (this.#phase !== 'inCall') return
    const signal = this.#signal
    warnOf(
      'leave_failed',
      signal.request('call:leave', {}, { timeoutMs: 1000 }).then(() => signal.close()),
    )
  }

  #finish(ending: Ending): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#ending = ending
    this.#isWaiting = false
    this.connection.set(true)
    clearTimeout(this.#retryTimer)
    this.media.close()
    this.own.close()
    if (ending !== 'left') this.#signal.close()
  }
}

/** For whoever looks at the browser's console: codes, no content. */
function warn(event: string, error: unknown): void {
  console.warn(event, error instanceof AppError ? error.code : error)
}

/** Lets work run by itself; what it throws is told. */
function warnOf(event: string, work: Promise<void>): void {
  work.catch((error: unknown) => warn(event, error))
}

import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { MeetingId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { Action } from '#contract/permissions.ts'
import type { MediaTicket } from '#contract/media.ts'
import type { CallHello, RequestReply } from '#contract/replies.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import type { Locale } from '#web/preferences.ts'
import type { ErrorText } from '#web/text/errors.vi.ts'
import { Agenda } from './agenda/agenda.svelte.ts'
import type { CallMessages } from './callFirst.vi.ts'
import type { CallSignal } from '#signalling/client.ts'
import { connectToCall } from './callSignal.ts'
import { CallToasts } from './callToasts.ts'
import { Chat } from './chat/chat.svelte.ts'
import { actBy, type Act, type FeaturePort } from './feature.ts'
import { Floor } from './floor/floor.svelte.ts'
import { Greeting } from './lobby/greeting.svelte.ts'
import type { KeptPlace } from './keptPlace.ts'
import { LiveViews } from './liveViews.svelte.ts'
import { CallMedia } from './media/callMedia.svelte.ts'
import type { DeviceWords } from './media/deviceWords.ts'
import { OwnSources } from './media/ownSources.svelte.ts'
import { Outage } from './outage.svelte.ts'
import { PageWatch } from './pageWatch.ts'
import { People } from './people/people.svelte.ts'
import { missingTracks } from './people/roster.ts'
import { Recording } from './recording/recording.svelte.ts'
import { ServerClock } from './serverClock.svelte.ts'
import { Speech } from './stage/speech.svelte.ts'
import { Whereabouts } from './whereabouts.svelte.ts'
import { isSeated, nextState, type Ending, type StayEvent, type StayState } from './stayState.ts'

/** How long tracks that are on their way may take before they count as missed. */
const missedAfterMs = 1500
/** How long to wait before asking again what the server could not answer. */
const retryMs = 1500
/** After this the server has missed a page that went without a word (gateway.ts: a ping, and the wait for its answer). */
const missedPageMs = 30_000

/** The words with which a stay tells what happened. */
export interface StayWords {
  call: CallMessages
  errors: Record<ErrorCode, ErrorText>
  locale: Locale
}

/**
 * One stay in a call, from the waiting room to the end: connects, joins, follows the view, and comes back after every
 * interruption. What people do in a call belongs to its features, each an object of its own: `stay.floor.raise()`.
 */
export class Stay implements FeaturePort {
  readonly people = new People(this)
  readonly floor = new Floor(this)
  readonly agenda = new Agenda(this)
  readonly recording = new Recording(this)
  readonly chat = new Chat(this, (message) => this.#signal.request('chat:post', message))
  readonly clock = new ServerClock(() => this.#askTime())
  readonly speech = new Speech(this.clock)
  readonly outage: Outage
  readonly toasts: CallToasts
  readonly act: Act
  readonly own: OwnSources
  readonly media: CallMedia
  readonly #signal: CallSignal
  readonly #greeting: Greeting
  readonly #room: LiveViews
  readonly #where: Whereabouts
  readonly #page: PageWatch
  #state = $state.raw<StayState>({ at: 'connecting', failure: null })
  /** What the last ticket brought is negotiated, or failed to be. */
  #negotiated: Promise<void> = Promise.resolve()
  /** Joining was pressed, and where it said that the call is or will be recorded. */
  #isPressed = false
  #isTold = false
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  readonly #openedAtMs = Date.now()
  #isClosed = false

  constructor(meetingId: MeetingId, words: StayWords, connect = connectToCall) {
    const { people, floor, agenda, recording, chat } = this
    const toasts = new CallToasts(words.call, [people, floor, agenda, recording, chat])
    this.toasts = toasts
    const signal = connect(meetingId)
    this.#signal = signal
    this.outage = new Outage(signal)
    this.outage.begin()
    this.act = actBy(signal, (code) => toasts.fail('failed', words.errors[code]))
    this.#greeting = new Greeting(signal, {
      onPhase: (phase) => {
        if (phase === 'ended') this.#go({ type: 'ended', ending: 'meeting_ended' })
        else if (phase === 'open') this.#go({ type: 'opened' })
      },
      onWarning: warn,
    })
    this.#room = new LiveViews(signal, {
      onEvent: (before, event) => toasts.tell(event, before),
      onChange: ({ all }) => this.#viewChanged(all),
      onWarning: warn,
    })
    this.media = new CallMedia(signal, {
      onLost: () => this.#go({ type: 'seatLost', hasMedia: false }),
      onExcess: (source) => this.own.exceeded(source),
      onWarning: warn,
    })
    this.own = new OwnSources(this.media, {
      ask: (source, level) => this.act('source:set', { source, level }),
      onFailed: (source, problem) => {
        if (isSeated(this.#state))
          this.#tellOfDevice(source, words.locale, (c) => c.problems[source][problem])
      },
      onExcess: (source) => this.#tellOfDevice(source, words.locale, (c) => c.excess[source]),
      onTaken: (source, label) => {
        if (label) toasts.show(words.call.deviceTaken(label), { subject: `taken ${source}` })
      },
      onWarning: warn,
    })
    this.#page = new PageWatch({
      onVisibilityChanged: () => {
        this.media.setHidden(this.#page.isHidden)
        if (this.#page.isHidden) return
        void this.media.unblockSound()
        this.own.mend()
      },
      onNetworkChanged: () => {
        signal.verify()
        this.media.revive(true)
      },
      onLeaving: () => {
        if (this.#isAsked(this.#state)) this.#where.leave()
        if (isSeated(this.#state)) this.#signal.depart()
        this.#leaveSilently(true)
      },
    })
    this.media.setHidden(this.#page.isHidden)
    this.#listen(signal)
    this.#where = new Whereabouts(meetingId, () => {
      const { microphone, camera } = this.own
      const draft = this.chat.draft
      return { participantId: this.myId, microphone: microphone.isOn, camera: camera.isOn, draft }
    })
    this.own.start(this.#where.returnsTo ?? undefined)
  }

  /** What the stay is at. */
  get state(): StayState {
    return this.#state
  }
  /** In the call, and it is time to draw it. */
  get isInside(): boolean {
    const state = this.#state
    return state.at === 'inCall' || (state.at === 'away' && state.isDrawn)
  }
  /** On the way from the waiting room into the call. */
  get isJoining(): boolean {
    return this.#state.at === 'joining' || (isSeated(this.#state) && !this.isInside)
  }
  /** Asked to join before the call is open: it happens by itself. */
  get isWaiting(): boolean {
    return this.#state.at === 'waiting'
  }
  /** On its way into the call without anybody's doing: it waits, joins, or comes back. */
  get isComing(): boolean {
    return this.isWaiting || this.isJoining || this.#where.returnsTo !== null
  }
  /** It is over, and was in the call or on the way: it can be gone on with. */
  get isBroken(): boolean {
    return this.ending !== null && this.#where.wasThere
  }
  /** In the call from another page: joining takes the seat over. */
  get isElsewhere(): boolean {
    return 'isElsewhere' in this.#state && this.#state.isElsewhere
  }
  /** What did not work and may when it is tried again. */
  get failure(): ErrorCode | null {
    return 'failure' in this.#state ? this.#state.failure : null
  }
  get ending(): Ending | null {
    return this.#state.at === 'over' ? this.#state.ending : null
  }
  get hello(): CallHello | null {
    return this.#greeting.hello
  }
  get views(): PageViews | null {
    return this.#room.current
  }
  get view(): RoomView | null {
    return this.#room.current?.all ?? null
  }
  get myId(): ParticipantId | null {
    return this.hello?.me.participantId ?? null
  }
  /** What outlives the page. */
  get place(): KeptPlace {
    return this.#where.kept
  }
  /** The site in whose room the person sits. */
  get siteId(): SiteId | null {
    return this.#where.siteId
  }
  may(action: Action): boolean {
    return this.hello?.me.may.includes(action) ?? false
  }

  /** It is recorded or will be: whoever joins says that they know. */
  get isRecordingSure(): boolean {
    const { hello } = this
    return hello !== null && (hello.isRecording || hello.meeting.isRecordingPlanned)
  }

  /**
   * Where the person sits: a site of the meeting, or null for a device of one's own. A room has its own microphone: a
   * second one beside it howls.
   */
  chooseSite(siteId: SiteId | null): void {
    this.#where.choose(siteId)
    if (siteId !== null) this.own.microphone.switchOff()
  }

  /**
   * Joins now, or as soon as the call is open.
   * @param isPressed somebody pressed the button and read what it says
   */
  join(isPressed = true): void {
    this.#isPressed = isPressed
    this.#isTold = isPressed && this.isRecordingSure
    const isEarly = this.hello?.phase === 'waiting' && !this.may('call:open')
    this.#go({ type: 'asked', isEarly })
  }

  /** No longer waits for the opening. */
  cancelWaiting(): void {
    clearTimeout(this.#retryTimer)
    this.#go({ type: 'gaveUp' })
  }

  /** What comes after this stay that is over, here or on the page loaded next, goes on from where it was by itself. */
  keepPlace(): void {
    this.#where.keep()
  }

  /** Notes where the display is, for the one that comes after it without a word of this one: see `KeptPlace.note`. */
  notePlace(): void {
    this.#where.note()
  }

  /** Ends the call for everyone. */
  end(): Promise<boolean> {
    return this.act('call:end', {})
  }

  /** Goes, with a clean end: the others see it at once. */
  async leave(): Promise<void> {
    if (!isSeated(this.#state)) return
    this.#go({ type: 'ended', ending: 'left' })
    await this.#sayLeaving(2000)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (isSeated(this.#state)) this.#leaveSilently()
    else if (this.#state.at !== 'over') this.#signal.close()
    this.#go({ type: 'ended', ending: 'left' })
    this.#page.close()
    this.clock.close()
    this.toasts.close()
  }

  #listen(signal: CallSignal): void {
    signal.on('state:changed', ({ state, error }) => {
      if (state === 'connected') this.#connected()
      else if (state === 'closed') this.#go({ type: 'ended', ending: error?.code ?? 'left' })
      else if (state === 'reconnecting' && this.#state.at !== 'over') {
        this.outage.begin()
        this.#go({ type: 'seatLost', hasMedia: true })
      }
    })
    signal.on('speakers:changed', ({ speakers }) => this.speech.receive(speakers))
    signal.on('media:ticket', ({ ticket }) => this.#startMedia(ticket))
  }

  /** Every change of what the stay is at; what has to follow from it follows here. */
  #go(event: StayEvent): void {
    const before = this.#state
    const after = nextState(before, event)
    this.#state = after
    if (after.at === before.at) return
    if (after.at === 'joining') void this.#join(after.isElsewhere)
    else if (after.at === 'entering') void this.#negotiated.then(() => this.#go({ type: 'negotiated' }))
    else if (after.at === 'away') void this.#takeSeat()
    else if (after.at === 'over') {
      this.#where.over(after.ending, this.#isAsked(before))
      this.#windUp(after.ending)
    }
  }

  #connected(): void {
    if (this.#state.at === 'away') void this.#takeSeat()
    else if (this.#state.at !== 'over') void this.#greet()
  }

  /** Learns what the waiting room shows, and gets the media client ready. */
  async #greet(): Promise<void> {
    try {
      const hello = await this.#greeting.ask()
      this.outage.end()
      this.clock.adjust(hello.serverTimeMs)
      if (hello.phase === 'ended') this.#go({ type: 'ended', ending: 'meeting_ended' })
      this.#go({ type: 'greeted', isElsewhere: hello.me.isElsewhere })
      if (this.#state.at === 'over') return
      await this.media.prepare(hello.media.engine, hello.media.clientConfig)
      this.#go({ type: 'prepared', isOpen: this.hello?.phase === 'open' })
      const { returnsTo } = this.#where
      if (returnsTo?.participantId === this.myId) {
        // Of the page before this one, which went without a word, the server does not know yet.
        if (this.isElsewhere && this.place.isUnattended && Date.now() < this.#openedAtMs + missedPageMs)
          return this.#retry(() => void this.#greet())
        this.chat.draft ||= returnsTo.draft ?? ''
        // Nobody opens a call by coming back.
        if (!this.isElsewhere && (hello.phase === 'open' || !this.may('call:open'))) this.join(false)
      }
      this.#where.returned()
    } catch (error) {
      if (this.#signal.state !== 'connected') return
      this.#refused(error)
      if (this.failure) this.#retry(() => void this.#greet())
    }
  }

  #askTime(): void {
    if (this.#signal.state !== 'connected') return // who is back is told
    this.#greeting.ask().then(
      ({ serverTimeMs }) => this.clock.adjust(serverTimeMs),
      (error: unknown) => warn('timeNotAsked', error),
    )
  }

  async #join(takeOver: boolean): Promise<void> {
    try {
      if (!this.hello) throw new Error('asked to join before the greeting')
      const { engine, clientConfig } = this.hello.media
      await this.media.prepare(engine, clientConfig)
      this.#seated(await this.#askForSeat(takeOver, null))
      this.#go({ type: 'joined' })
    } catch (error) {
      this.media.stop() // a ticket that went ahead
      this.#refused(error)
      // Nobody is there who would try again.
      if (this.failure && (this.isWaiting || !this.#isPressed)) {
        const again = (): void =>
          this.#go(this.isWaiting ? { type: 'opened' } : { type: 'asked', isEarly: false })
        this.#retry(again, 2 * retryMs)
      }
    }
  }

  /** Asks for the seat until it is taken again; a lost connection brings us here anew. */
  async #takeSeat(): Promise<void> {
    clearTimeout(this.#retryTimer)
    while (this.#state.at === 'away' && this.#signal.state === 'connected') {
      const { hasMedia } = this.#state
      try {
        const reply = await this.#askForSeat(false, hasMedia)
        this.#seated(reply)
        this.chat.repeat()
        if (!reply.ticket) {
          this.media.revive(false)
          this.#retry(() => this.#checkMissed(), missedAfterMs)
        }
        this.#go({ type: 'seated', hasMedia: hasMedia && !reply.ticket })
      } catch (error) {
        if (this.#signal.state !== 'connected') return
        this.outage.begin()
        this.#refused(error)
        this.#retry(() => void this.#takeSeat())
        return
      }
    }
  }

  #askForSeat(takeOver: boolean, hasMedia: boolean | null): Promise<RequestReply<'call:join'>> {
    const level = (source: 'microphone' | 'camera'): 'open' | 'muted' =>
      this.own[source].isOn ? 'open' : 'muted'
    const { view } = this
    return this.#signal.request('call:join', {
      media: this.media.joinPayload(),
      microphone: level('microphone'),
      camera: level('camera'),
      siteId: this.siteId,
      takeOver,
      sawRecordingNotice: this.#isTold,
      takesTicketAhead: true,
      ...(hasMedia === null || !view ? {} : { resume: { epoch: view.epoch, hasMedia } }),
    })
  }

  #seated({ views, ticket, serverTimeMs }: RequestReply<'call:join'>): void {
    if (this.#state.at === 'over') return
    this.outage.end()
    this.clock.adjust(serverTimeMs)
    this.#room.set(views)
    if (ticket) this.#startMedia(ticket)
  }

  #startMedia(ticket: MediaTicket): void {
    this.#negotiated = this.media.start(ticket).catch((error: unknown) => warn('ticketFailed', error))
  }

  #tellOfDevice(source: string, locale: Locale, textOf: (words: DeviceWords) => ErrorText): void {
    import('./media/deviceWords.ts').then(
      ({ deviceWordsIn }) => this.toasts.fail(`failed ${source}`, textOf(deviceWordsIn(locale))),
      (error: unknown) => warn('deviceWordsMissing', error),
    )
  }

  /** The engine's words of the time without a socket are lost: tracks that we were never given need a new ticket. */
  #checkMissed(): void {
    const received = this.media.receivedTracks()
    const { view, myId } = this
    if (!received || !view || !myId) return
    if (missingTracks(view, myId, received).length > 0) this.#go({ type: 'seatLost', hasMedia: false })
  }

  #retry(work: () => void, afterMs = retryMs): void {
    clearTimeout(this.#retryTimer)
    if (this.#state.at !== 'over') this.#retryTimer = setTimeout(work, afterMs)
  }

  #refused(error: unknown): void {
    if (!(error instanceof AppError)) console.error(error)
    this.#go({ type: 'refused', code: error instanceof AppError ? error.code : 'internal' })
  }

  #viewChanged(view: RoomView): void {
    this.chat.settle()
    const { me } = this.people
    if (me) this.own.obey(me.grant)
    if (view.phase === 'ended') this.#go({ type: 'ended', ending: 'meeting_ended' })
  }

  /** Somebody asked to come in, on this page or the one before it. */
  #isAsked(state: StayState): boolean {
    return (
      isSeated(state) || state.at === 'joining' || state.at === 'waiting' || this.#where.returnsTo !== null
    )
  }

  #leaveSilently(mayReturn = false): void {
    if (isSeated(this.#state)) void this.#sayLeaving(1000, mayReturn)
  }

  async #sayLeaving(timeoutMs: number, mayReturn = false): Promise<void> {
    // Back later, it would only be a socket that nobody uses.
    if (this.#signal.state !== 'connected') return this.#signal.close()
    try {
      await this.#signal.request('call:leave', { mayReturn }, { timeoutMs })
    } catch (error) {
      // The server counts the page as lost after a while; the person is gone all the same.
      warn('leaveFailed', error)
    }
    this.#signal.close()
  }

  #windUp(ending: Ending): void {
    this.outage.end()
    this.#greeting.close()
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

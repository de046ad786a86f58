import { assertNever, type ErrorCode } from '#contract/errors.ts'

/** Why it is over: an error code of the server, or one's own leaving. */
export type Ending = ErrorCode | 'left'

/**
 * What a stay is at:
 *
 *     connecting ── greeted ──► lobby ── asked ──► joining ── joined ──► entering ── negotiated ──► inCall
 *                               │   ▲               │    ▲                  │                       │ ▲
 *               asked too early │   │ given up      │    │ open             ├── the seat is lost ───┤ │ seated
 *                               ▼   │     refused ◄─┘    │                  ▼                       ▼ │
 *                              waiting ──────────────────┘                 away ──────────────────────┘
 *
 *     from every state ── left, ended, refused for good ──► over
 *
 * `failure` is what may pass when it is tried again. `isElsewhere`: in the call from another page, whose seat joining
 * takes over. `entering`: in the call, but nothing is drawn before what the ticket brought is negotiated, since drawing
 * holds the page up for as long as a few network round trips take. `away`: the connection, or what the engine gave, is
 * lost and the seat has to be taken again; `hasMedia`: the media may have lived on.
 */
export type StayState =
  | { at: 'connecting'; failure: ErrorCode | null }
  | { at: 'lobby' | 'waiting'; isElsewhere: boolean; failure: ErrorCode | null }
  | { at: 'joining'; isElsewhere: boolean; wasWaiting: boolean }
  | { at: 'entering' | 'inCall' }
  | { at: 'away'; isDrawn: boolean; hasMedia: boolean }
  | { at: 'over'; ending: Ending }

/** What happens to a stay. */
export type StayEvent =
  /** The server said what the waiting room shows. */
  | { type: 'greeted'; isElsewhere: boolean }
  /** The media client is ready; `isOpen`: so is the call. */
  | { type: 'prepared'; isOpen: boolean }
  /** The person asks to join; `isEarly`: before the call is open to this person. */
  | { type: 'asked'; isEarly: boolean }
  | { type: 'gaveUp' }
  | { type: 'opened' }
  | { type: 'joined' }
  | { type: 'negotiated' }
  | { type: 'seatLost'; hasMedia: boolean }
  /** The seat was taken again, with the media that lived on or with a new ticket. */
  | { type: 'seated'; hasMedia: boolean }
  /** The server refused a greeting, a join or a seat. */
  | { type: 'refused'; code: ErrorCode }
  | { type: 'ended'; ending: Ending }

const passing: ReadonlySet<ErrorCode> = new Set([
  'timeout',
  'media_unavailable',
  'storage_unavailable',
  'rate_limited',
  'internal',
  'node_closing',
  'wrong_node',
  'bad_request',
])

/** In the call: others see one there. */
export function isSeated(state: StayState): boolean {
  return state.at === 'entering' || state.at === 'inCall' || state.at === 'away'
}

/** What follows; the same object when an event changes nothing. */
export function nextState(state: StayState, event: StayEvent): StayState {
  if (state.at === 'over') return state
  switch (event.type) {
    case 'greeted': {
      const { isElsewhere } = event
      if (state.at === 'connecting') return { at: 'lobby', isElsewhere, failure: state.failure }
      return state.at === 'lobby' || state.at === 'waiting' ? { ...state, isElsewhere } : state
    }
    case 'prepared':
      if (state.at === 'waiting' && event.isOpen) return joining(state)
      return 'failure' in state && state.failure ? { ...state, failure: null } : state
    case 'asked':
      if (state.at !== 'lobby') return state
      return event.isEarly ? { ...state, at: 'waiting' } : joining(state)
    case 'gaveUp':
      return state.at === 'waiting' ? { ...state, at: 'lobby' } : state
    case 'opened':
      return state.at === 'waiting' ? joining(state) : state
    case 'joined':
      return state.at === 'joining' ? { at: 'entering' } : state
    case 'negotiated':
      return state.at === 'entering' ? { at: 'inCall' } : state
    case 'seatLost':
      if (state.at === 'away') {
        return state.hasMedia && !event.hasMedia ? { ...state, hasMedia: false } : state
      }
      if (state.at !== 'entering' && state.at !== 'inCall') return state
      return { at: 'away', isDrawn: state.at === 'inCall', hasMedia: event.hasMedia }
    case 'seated':
      // Lost meanwhile: what was asked for with media has to be asked for once more.
      if (state.at !== 'away' || (event.hasMedia && !state.hasMedia)) return state
      return { at: state.isDrawn ? 'inCall' : 'entering' }
    case 'refused':
      return afterRefusal(state, event.code)
    case 'ended':
      return { at: 'over', ending: event.ending }
    default:
      return assertNever(event)
  }
}

function joining({ at, isElsewhere }: StayState & { at: 'lobby' | 'waiting' }): StayState {
  return { at: 'joining', isElsewhere, wasWaiting: at === 'waiting' }
}

function afterRefusal(state: StayState, code: ErrorCode): StayState {
  if (state.at === 'joining') {
    const { isElsewhere, wasWaiting } = state
    if (code === 'meeting_not_open') return { at: 'waiting', isElsewhere, failure: null }
    if (code === 'already_joined') return { at: 'lobby', isElsewhere: true, failure: null }
    if (passing.has(code)) return { at: wasWaiting ? 'waiting' : 'lobby', isElsewhere, failure: code }
  }
  if (code === 'already_joined') return { at: 'over', ending: 'taken_over' }
  if (!passing.has(code)) return { at: 'over', ending: code }
  // What cannot be taken again as it was is asked for anew.
  if (state.at === 'away') return state.hasMedia ? { ...state, hasMedia: false } : state
  return 'failure' in state ? { ...state, failure: code } : state
}

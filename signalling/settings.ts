/** What may be set of signalling; times are milliseconds. */
export interface SignallingSettings {
  /** How long a call stays a node's when it says nothing; renewed three times in it. */
  leaseTtlMs: number
  /** How long the seat of a lost page is kept. */
  seatGraceMs: number
  /** Events of one call are sent together this often; at once below `smallCall` pages. */
  batchMs: number
  smallCall: number
  /** How long an answer waits for the database. */
  storeTimeoutMs: number
  /** The pre-join pages are told at most this often. */
  lobbyMs: number
  /** How often a call that is looked at compares its plan, beside hints, which act at once. */
  planCheckMs: number
  /** A call that nobody looks at is put away after this. */
  idleMs: number
  /** How often a call looks after its seats, speech and recorder. */
  tickMs: number
  /** How often a page's rights are looked up again, beside revocations, which act at once. */
  recheckMs: number
  /** How soon again when the database did not answer: being in a call is a use of a session, and is noted by that. */
  recheckAwayMs: number
  /** How long a recorder may take to begin or to end. */
  recorderTimeoutMs: number
  /** How often a recorder is asked whether it still has what it records. */
  recorderWatchMs: number
  /** Pages of one participant in a call at a time. */
  maxPagesPerParticipant: number
  /** Pages of one account, or of one link's holder, on a node at a time. */
  maxPagesPerPrincipal: number
  /** Requests of one account, or of one link's holder, over all its pages: a store of `burst`, refilled by `perSecond`. */
  rate: { burst: number; perSecond: number }
  /** Origins that may connect beside the server's own host, e.g. `https://hop.example.vn`. */
  allowedOrigins: readonly string[]
}

/** What holds unless it is set. */
export const defaultSettings: SignallingSettings = {
  leaseTtlMs: 6000,
  seatGraceMs: 60_000,
  batchMs: 100,
  smallCall: 20,
  storeTimeoutMs: 5000,
  lobbyMs: 1000,
  planCheckMs: 10_000,
  idleMs: 30_000,
  tickMs: 500,
  recheckMs: 60_000,
  recheckAwayMs: 5000,
  recorderTimeoutMs: 15_000,
  recorderWatchMs: 1000,
  maxPagesPerParticipant: 8,
  maxPagesPerPrincipal: 40,
  rate: { burst: 400, perSecond: 40 },
  allowedOrigins: [],
}

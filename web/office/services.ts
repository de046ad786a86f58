import type { MeetingId, ParticipantId, RecordingId, UserId } from '#contract/ids.ts'
import type { Action, Subject } from '#contract/permissions.ts'
import type { Principal } from '#contract/principal.ts'
import type {
  InvitationResponse,
  MeetingKind,
  MeetingRole,
  MeetingStatus,
  MinutesState,
  ParticipantKind,
  UnitLevel,
  UnitRole,
} from '#contract/meeting.ts'
import type { MinutesContent } from '#contract/minutes.ts'
import type { Log } from '#contract/log.ts'
import type { RecordingFault } from '#contract/recorder.ts'

/**
 * What the pages may ask of the platform. Built once by `deploy/start.ts` and reached through `services()`:
 * SvelteKit bundles its own copy of shared modules, so nothing here may be a module singleton.
 * Every method throws AppError; every method that takes a `Viewer` checks what that viewer may do as its first act.
 * Plain data in and out (dates are epoch milliseconds), ready for `load` functions.
 */
export interface Services {
  accounts: Accounts
  units: Units
  people: People
  meetings: Meetings
  attendance: AttendanceService
  minutes: MinutesService
  recordings: Recordings
  /** Where the pages' unexpected errors go, whole. */
  log?: Log
}

/** Who looks at a page: a principal, with what pages say of it. Without an account it is the newest link's guest. */
export interface Viewer extends Principal {
  name: string
  email: string
  locale: 'vi' | 'en'
  units: { id: string; name: string; role: UnitRole; position: string }[]
}

export interface Accounts {
  /** Answers `/api/auth/*` (the authentication library's own routes that we expose). */
  handler(request: Request): Promise<Response>
  /** Who asks, by the cookies of a page's, an API's or a socket's request; null when nobody. */
  viewerOf(headers: Headers): Promise<Viewer | null>
  /** Set-Cookie values of a new session. Throws `unauthenticated` for a wrong pair and for a disabled account alike, `rate_limited`. */
  signIn(input: {
    email: string
    password: string
    ipAddress: string
    userAgent: string
  }): Promise<{ setCookies: string[] }>
  signOut(headers: Headers): Promise<{ setCookies: string[] }>
  /** What a set-up link is for. Throws `not_found`, `link_expired`. */
  setupLink(token: string): Promise<{ isFirstAdministrator: boolean; name: string; email: string }>
  /** Uses a set-up link once; signs the person in. Password: 12 characters or more. */
  completeSetup(input: {
    token: string
    name: string
    email: string
    password: string
    ipAddress: string
    userAgent: string
  }): Promise<{ setCookies: string[] }>
  changePassword(
    viewer: Viewer,
    headers: Headers,
    input: { current: string; next: string },
  ): Promise<{ setCookies: string[] }>
  setLocale(viewer: Viewer, locale: 'vi' | 'en'): Promise<void>
  sessions(viewer: Viewer): Promise<
    {
      id: string
      createdAtMs: number
      seenAtMs: number
      userAgent: string
      ipAddress: string
      isCurrent: boolean
    }[]
  >
  /** Ends a session of one's own; its sockets close at once. */
  revokeSession(viewer: Viewer, sessionId: string): Promise<void>
  /**
   * Exchanges a join link's token for a cookie; a site's room belongs on the wall display.
   * Throws `not_found`, `link_expired`, `meeting_ended`, `meeting_cancelled`, `removed`.
   */
  openJoinLink(
    token: string,
    isSecure: boolean,
  ): Promise<{ meetingId: MeetingId; isSite: boolean; setCookies: string[] }>
}

export interface UnitSummary {
  id: string
  code: string
  name: string
  /** "Phường Hoàn Kiếm": kind and name as people say it. */
  fullName: string
  level: UnitLevel
  kind: string
  parentId: string | null
  validFromMs: number
  validToMs: number | null
}

export interface Units {
  /** Diacritics-free search; `atMs` chooses the era (default now). At most 200. */
  search(
    viewer: Viewer,
    input: { query?: string; level?: UnitLevel; atMs?: number; limit?: number },
  ): Promise<UnitSummary[]>
  get(
    viewer: Viewer,
    id: string,
  ): Promise<UnitSummary & { parent: UnitSummary | null; children: UnitSummary[]; sites: SiteSummary[] }>
  /** Sites, of a unit or matching a query. */
  sites(viewer: Viewer, input: { unitId?: string; query?: string }): Promise<SiteSummary[]>
  createSite(viewer: Viewer, input: { unitId: string; name: string; location: string }): Promise<SiteSummary>
}

export interface SiteSummary {
  id: string
  name: string
  unitId: string
  unitName: string
  location: string
}

export interface PersonSummary {
  id: UserId
  name: string
  email: string
  isSystemAdmin: boolean
  isDisabled: boolean
  isSample: boolean
  units: { id: string; name: string; role: UnitRole; position: string }[]
}

export interface People {
  search(viewer: Viewer, input: { query?: string; unitId?: string; limit?: number }): Promise<PersonSummary[]>
  /** system:administer. Returns a one-time set-up link path for the person. */
  create(
    viewer: Viewer,
    input: { name: string; email: string; unitId: string; role: UnitRole; position: string },
  ): Promise<{ person: PersonSummary; setupPath: string }>
  newSetupLink(viewer: Viewer, userId: string): Promise<{ setupPath: string }>
  setUnitRole(
    viewer: Viewer,
    input: { userId: string; unitId: string; role: UnitRole | null; position: string },
  ): Promise<void>
  setDisabled(viewer: Viewer, input: { userId: string; isDisabled: boolean }): Promise<void>
}

export interface MeetingListItem {
  id: MeetingId
  title: string
  kind: MeetingKind
  status: MeetingStatus
  startsAtMs: number
  endsAtMs: number
  hostUnitName: string
  myRole: MeetingRole | null
  myResponse: InvitationResponse | null
  participantCount: number
  minutesState: MinutesState | null
  isSample: boolean
}

export interface ParticipantRow {
  id: ParticipantId
  kind: ParticipantKind
  userId: string | null
  siteId: string | null
  unitId: string | null
  name: string
  position: string
  unitName: string
  role: MeetingRole
  response: InvitationResponse
  responseReason: string
  isBanned: boolean
  hasLink: boolean
}

export interface AgendaItemRow {
  id: string
  title: string
  presenter: string
  durationMin: number | null
}

export interface MeetingDetail extends MeetingListItem {
  unitId: string
  description: string
  place: string
  isRecordingPlanned: boolean
  isDeclaredUnclassified: boolean
  overrideReason: string
  cancelReason: string
  openedAtMs: number | null
  endedAtMs: number | null
  version: number
  participants: ParticipantRow[]
  agenda: AgendaItemRow[]
  sites: (SiteSummary & { role: 'central' | 'member' })[]
  units: UnitSummary[]
  me: ParticipantRow | null
  /** What this viewer may do with this meeting now. */
  may: Action[]
}

/** The whole plan of a meeting, as the form holds it; saved as one. */
export interface MeetingPlan {
  unitId: string
  kind: MeetingKind
  title: string
  description: string
  place: string
  startsAtMs: number
  endsAtMs: number
  isRecordingPlanned: boolean
  isDeclaredUnclassified: boolean
  overrideReason: string
  chairUserId: string
  secretaryUserId: string
  /** Others; the chair and the secretary are not repeated here. */
  people: { userId: string; role: 'delegate' | 'guest' | 'technician' }[]
  /** Guests without an account; each gets a join link. `id` when they are there already. */
  guests: { id?: string; name: string; position: string; unitName: string }[]
  unitIds: string[]
  sites: { siteId: string; role: 'central' | 'member' }[]
  agenda: { id?: string; title: string; presenter: string; durationMin: number | null }[]
}

/** What a plan breaks: `short_notice` (QĐ 45: 3 working days), `too_long` for its kind, `clash` of chair or site. */
export interface PlanWarning {
  code: 'short_notice' | 'too_long' | 'clash'
  detail: Record<string, string | number>
}

export interface Meetings {
  /** Meetings that concern the viewer (own, and of units where the viewer is a secretary), newest start last. */
  list(
    viewer: Viewer,
    input: { fromMs?: number; toMs?: number; query?: string; status?: MeetingStatus; limit?: number },
  ): Promise<MeetingListItem[]>
  /** Home: what is next and what waits. */
  home(viewer: Viewer): Promise<{
    next: MeetingListItem | null
    today: MeetingListItem[]
    thisWeek: MeetingListItem[]
    waiting: {
      kind: 'answer' | 'minutes_due' | 'approval'
      meeting: MeetingListItem
      dueAtMs: number | null
    }[]
  }>
  get(viewer: Viewer, id: string): Promise<MeetingDetail>
  check(viewer: Viewer, plan: MeetingPlan, id?: string): Promise<PlanWarning[]>
  create(viewer: Viewer, plan: MeetingPlan, status: 'draft' | 'scheduled'): Promise<{ id: MeetingId }>
  /** Throws `conflict` when `version` is stale. */
  update(
    viewer: Viewer,
    id: string,
    version: number,
    plan: MeetingPlan,
    status: 'draft' | 'scheduled',
  ): Promise<void>
  cancel(viewer: Viewer, id: string, reason: string): Promise<void>
  respond(
    viewer: Viewer,
    id: string,
    input: { response: 'accepted' | 'declined'; reason: string },
  ): Promise<void>
  /** A new link for a guest or a site's terminal; earlier links of that participant are revoked. Shown once. */
  newJoinLink(
    viewer: Viewer,
    id: string,
    participantId: string,
  ): Promise<{ path: string; expiresAtMs: number }>
  revokeJoinLink(viewer: Viewer, id: string, participantId: string): Promise<void>
}

export interface AttendanceRow {
  participantId: ParticipantId
  name: string
  position: string
  unitName: string
  role: MeetingRole
  kind: ParticipantKind
  response: InvitationResponse
  responseReason: string
  /** present, late (present, but after the start), absent, excused (absent and declined) */
  state: 'present' | 'late' | 'absent' | 'excused'
  isThereNow: boolean
  siteName: string
  firstJoinedAtMs: number | null
  lastLeftAtMs: number | null
  totalMs: number
  joinCount: number
}

export interface AttendanceService {
  list(
    viewer: Viewer,
    meetingId: string,
  ): Promise<{ rows: AttendanceRow[]; asOfMs: number; presentCount: number; expectedCount: number }>
  /** UTF-8 with a byte order mark, CRLF, RFC 4180; cells that a spreadsheet would run are neutralised. */
  csv(viewer: Viewer, meetingId: string): Promise<{ fileName: string; body: string }>
}

export interface MinutesDetail {
  meetingId: MeetingId
  state: MinutesState
  content: MinutesContent
  version: number
  returnNote: string
  submittedAtMs: number | null
  approvedAtMs: number | null
  approvedByName: string
  publishedAtMs: number | null
  updatedAtMs: number
  may: Action[]
}

export interface MinutesService {
  get(viewer: Viewer, meetingId: string): Promise<MinutesDetail | null>
  /** From the meeting itself; `invalid_state` before it ended, returns the existing one when there is one. */
  createDraft(viewer: Viewer, meetingId: string): Promise<MinutesDetail>
  save(
    viewer: Viewer,
    meetingId: string,
    input: { version: number; content: MinutesContent },
  ): Promise<{ version: number }>
  submit(viewer: Viewer, meetingId: string, version: number): Promise<void>
  returnToDraft(viewer: Viewer, meetingId: string, note: string): Promise<void>
  approve(viewer: Viewer, meetingId: string, version: number): Promise<void>
  publish(viewer: Viewer, meetingId: string, version: number): Promise<void>
  file(
    viewer: Viewer,
    meetingId: string,
    format: 'pdf' | 'docx',
  ): Promise<{ fileName: string; contentType: string; bytes: Uint8Array }>
}

export interface RecordingSummary {
  id: RecordingId
  meetingId: MeetingId
  state: 'starting' | 'recording' | 'composing' | 'ready' | 'failed'
  failureCode: string
  startedAtMs: number
  stoppedAtMs: number | null
  durationMs: number
  sizeBytes: number
  progressPercent: number
  /** What is missing from the composed file. */
  faults: RecordingFault[]
}

export interface Recordings {
  list(viewer: Viewer, meetingId: string): Promise<RecordingSummary[]>
  /** A byte range of the composed MP4; `end` is inclusive as in HTTP. */
  open(
    viewer: Viewer,
    recordingId: string,
    range?: { start: number; end?: number },
  ): Promise<{
    fileName: string
    sizeBytes: number
    start: number
    end: number
    body: ReadableStream<Uint8Array>
  }>
  /** Composes again after a failure; what was captured is still there. */
  retry(viewer: Viewer, recordingId: string): Promise<void>
}

/** A guard for services: `not_found` where the viewer may not even see, `forbidden` where only this act is not allowed. */
export type Guard = (
  viewer: Viewer,
  action: Action,
  on: Subject & { meetingRole?: MeetingRole | null },
) => void

declare global {
  var diemCauServices: Services | undefined
}

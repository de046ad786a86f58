import type { ParticipantId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { siteWithUnit, unitBesideSite } from '#contract/siteName.ts'
import type { CallHello } from '#contract/replies.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import { shownScreen } from '#contract/shownScreen.ts'
import { compareNames } from '#web/text/format.ts'

/**
 * Everyone in the call, by given name as Vietnamese lists are. Comparing names is dear and a call has hundreds of
 * events: from the roster `before`, only newcomers are compared, and it is `before` itself if nobody changed.
 */
export function rosterOf(
  view: RoomView,
  before: readonly ParticipantView[] = [],
): readonly ParticipantView[] {
  const there = new Map(Object.entries(view.participants))
  const roster: ParticipantView[] = []
  let isSame = there.size === before.length
  for (const person of before) {
    const now = there.get(person.id)
    if (now?.name !== person.name) continue
    isSame &&= now === person
    there.delete(person.id)
    roster.push(now)
  }
  if (isSame && there.size === 0) return before
  const newcomers = [...there.values()].sort(byName)
  if (roster.length === 0) return newcomers
  for (const newcomer of newcomers) roster.splice(placeFor(newcomer, roster), 0, newcomer)
  return roster
}

/** Follows one call's roster from view to view. */
export function rosterFollower(): (view: RoomView) => readonly ParticipantView[] {
  let roster: readonly ParticipantView[] = []
  return (view) => (roster = rosterOf(view, roster))
}

function placeFor(newcomer: ParticipantView, roster: readonly ParticipantView[]): number {
  let [low, high] = [0, roster.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = roster[middle]
    if (other && byName(other, newcomer) < 0) low = middle + 1
    else high = middle
  }
  return low
}

type Named = { id: string; name: string }

function byName(a: Named, b: Named): number {
  return compareNames(a.name, b.name) || order(a.id, b.id)
}

/** Where somebody is: the site's room they sit in, else their unit; of a site, the unit that its name does not say. */
export function placeOf({ kind, name, siteName, unitName }: ParticipantView): string {
  return kind === 'person' ? (siteName ?? unitName) : unitBesideSite(name, unitName)
}

/** How somebody is called in a sentence: with the unit where another one in the call bears the same name. */
export function calledIn(
  view: RoomView | null,
  { id, name, unitName }: { id: string; name: string; unitName: string },
): string {
  if (!unitName || !view) return name
  const hasNamesake = Object.values(view.participants).some((other) => other.id !== id && other.name === name)
  return hasNamesake ? `${name} (${unitName})` : name
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Somebody expected, as the secretary sees it while the meeting runs. */
export interface ExpectedRow {
  id: ParticipantId
  name: string
  unitName: string
  kind: 'person' | 'site'
  role: MeetingRole
  state: 'present' | 'marked' | 'absent'
  /** Where: the site's name, empty on a device of one's own or when absent. */
  siteName: string
}

const sortedExpected = new WeakMap<CallHello['expected'], CallHello['expected']>()

/** Expected against present: those missing first, each group by given name. */
export function expectedRows(
  expected: CallHello['expected'],
  sites: CallHello['sites'],
  views: PageViews,
): ExpectedRow[] {
  const marks = views.moderators?.markedPresent ?? views.technicians?.markedPresent
  const nameOfSite = new Map<string, string>(sites.map((site) => [site.id, siteWithUnit(site)]))
  const sorted = sortedExpected.get(expected) ?? [...expected].sort(byName)
  sortedExpected.set(expected, sorted)
  const rows = sorted.map(({ id, name, unitName, kind, role }): ExpectedRow => {
    const person = { id, name, unitName, kind, role }
    const there = views.all.participants[id]
    // A lost connection is no presence, here as in the attendance list.
    if (there?.isConnected) return { ...person, state: 'present', siteName: there.siteName ?? '' }
    const marked = marks?.[id]
    if (!marked) return { ...person, state: 'absent', siteName: '' }
    return {
      ...person,
      state: 'marked',
      siteName: marked.siteId ? (nameOfSite.get(marked.siteId) ?? '') : '',
    }
  })
  return [...rows.filter((row) => row.state === 'absent'), ...rows.filter((row) => row.state !== 'absent')]
}

/** Whose screen is shown. */
export function sharedScreenOf(view: RoomView): ParticipantView | null {
  const screens = Object.values(view.participants).flatMap((person) => {
    const track = person.tracks.find(({ source }) => source === 'screen')
    return track && person.grant.screen === 'open' ? [{ person, track }] : []
  })
  return shownScreen(screens, ({ track }) => track.publishedAtMs)?.person ?? null
}

/** The video or sound of others that the view names but this page was never given; see `MediaClient.receivedTracks`. */
export function missingTracks(view: RoomView, me: ParticipantId, received: readonly string[]): string[] {
  const known = new Set(received)
  return Object.values(view.participants)
    .filter((participant) => participant.id !== me && participant.isConnected)
    .flatMap((participant) => participant.tracks.map((track) => track.id))
    .filter((id) => !known.has(id))
}

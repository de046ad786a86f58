import type { MinutesContent } from '#contract/minutes.ts'
import type { UnitLevel } from '#contract/meeting.ts'
import { attendanceRows, meetingStartMs, type AttendanceFacts } from '#office/attendance/attendanceRows.ts'
import { officialOffice, officialSite } from '#contract/officialText.ts'
import { siteWithUnit, unitBesideSite } from '#contract/siteName.ts'
import { capitalised, plainLine } from '#office/documents/plainText.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { spokenItems, type SpokenItem, type Turn } from './minutesSpeech.ts'
import type { AttendanceRow } from '#office/attendance/attendanceRows.ts'

/** What the draft minutes are made of. */
export interface MeetingFacts extends AttendanceFacts {
  title: string
  /** Where the centre sits; empty when nowhere. */
  place: string
  /** When the call ended: minutes are drafted after that. */
  endedAtMs: number
  /** The site whose room is `place`, if one is. */
  centralSiteId: string | null
  hostUnit: HostUnit
  agenda: { id: string; title: string; presenter: string }[]
}

/** The body that held the meeting, as its letterhead needs it. */
export interface HostUnit {
  code: string
  name: string
  kind: string
  level: UnitLevel
  /** Kind and name: "Sở Tài chính". */
  fullName: string
  /** The same of the body above; empty at the top. */
  parentFullName: string
}

type Person = MinutesContent['chair']
type Item = MinutesContent['items'][number]

/** Địa danh of the city's own bodies. */
const cityName = 'Hà Nội'

/**
 * The draft minutes of a meeting, from what the platform knows of it. Pure, and careful to claim nothing else: what
 * was said and concluded is the secretary's to write.
 */
export function draftMinutes(facts: MeetingFacts, lateToleranceMs?: number): MinutesContent {
  const rows = attendanceRows(facts, facts.endedAtMs, lateToleranceMs)
  const firstItem = facts.events.find((event) => event.type === 'agendaItemStarted')
  const startedAtMs = Math.min(meetingStartMs(facts), firstItem?.atMs ?? Infinity)
  const chair = whoActed('chair', rows, facts.events)
  const secretary = whoActed('secretary', rows, facts.events)
  // Technicians serve the meeting, they do not take part in it; chair and secretary have lines of their own.
  const members = rows.filter((row) => row !== chair && row !== secretary && row.role !== 'technician')
  const sites = rows.filter((row) => row.kind === 'site' && isPresent(row))
  return {
    ...letterheadOf(facts.hostUnit),
    docNumber: '',
    dateMs: facts.endedAtMs,
    subject: clipped(facts.title),
    startedAtMs,
    endedAtMs: facts.endedAtMs,
    location: locationOf(facts, sites),
    chair: personOf(chair),
    secretary: personOf(secretary),
    present: members
      .filter(isPresent)
      .slice(0, 2000)
      .map((row) => ({
        ...personOf(row),
        siteName: clipped(row.siteName),
        isSite: row.kind === 'site',
        joinedAtMs: row.firstJoinedAtMs,
        isLate: row.state === 'late',
      })),
    absent: rows
      .filter((row) => row.role !== 'technician' && !isPresent(row))
      .slice(0, 2000)
      .map((row) => ({ ...personOf(row), reason: reasonOf(row) })),
    items: itemsOf(facts, startedAtMs, rows).slice(0, 200),
    conclusions: [],
    recipients: ['Như thành phần tham dự', 'Lưu: VT, Hồ sơ'],
  }
}

/**
 * Who chaired or kept the minutes: whoever has the role and came, else whoever of those present had it during the call,
 * else nobody that the platform knows of. The absent neither chair nor sign.
 */
function whoActed(
  role: 'chair' | 'secretary',
  rows: readonly AttendanceRow[],
  events: readonly RoomEvent[],
): AttendanceRow | undefined {
  const there = rows.filter((row) => row.kind === 'person' && isPresent(row))
  const planned = there.find((row) => row.role === role)
  if (planned) return planned
  const acted = new Set<string>()
  for (const event of events) {
    if (event.type === 'participantJoined' && event.participant.role === role) acted.add(event.participant.id)
    if (event.type === 'participantChanged' && event.role === role) acted.add(event.participantId)
  }
  return there.find((row) => acted.has(row.participantId))
}

function itemsOf(facts: MeetingFacts, startedAtMs: number, rows: AttendanceRow[]): Item[] {
  const people = new Map<string, AttendanceRow>(rows.map((row) => [row.participantId, row]))
  // What technicians say to each other is no contribution; nor is what is said before the start, in the rehearsal.
  const events = facts.events.filter(
    (event) => event.type !== 'spoke' || people.get(event.participantId)?.role !== 'technician',
  )
  const spoken = spokenItems(events, startedAtMs, facts.endedAtMs)
  const agenda = new Map(facts.agenda.map((item) => [item.id, item]))
  const called = spoken.filter((item) => item.itemId !== null)
  const before = spoken.find((item) => item.itemId === null)
  const first = called[0]
  const items: (Item & { order: number })[] = []
  const orderOf = (id: string | null): number => {
    const found = facts.agenda.findIndex((item) => item.id === id)
    return found === -1 ? facts.agenda.length : found
  }
  // An agenda that has its own opening begins with what was said before anybody called it.
  if (before && first && isOpening(agenda.get(first.itemId ?? '')?.title ?? '')) {
    called[0] = { ...first, startedAtMs, turns: [...before.turns, ...first.turns] }
  } else if (before && (before.turns.length > 0 || called.length === 0)) {
    // When nobody called an item, all that was spoken belongs to no item in particular.
    const title = called.length === 0 ? 'Diễn biến cuộc họp' : 'Khai mạc'
    items.push({ ...itemOf(before, null, title, '', startedAtMs, people), order: -1 })
  }
  for (const item of called) {
    const planned = agenda.get(item.itemId ?? '')
    const title = planned?.title ?? 'Nội dung khác'
    const made = itemOf(item, item.itemId, title, planned?.presenter ?? '', item.startedAtMs, people)
    items.push({ ...made, order: orderOf(item.itemId) })
  }
  const wasCalled = new Set(called.map((item) => item.itemId))
  for (const { id, title } of facts.agenda) {
    if (wasCalled.has(id)) continue
    items.push({
      ...{ agendaItemId: id, title: clipped(title), startedAtMs: null, speakers: [], order: orderOf(id) },
      // Where nobody called any item, nobody knows which were discussed.
      paragraphs: called.length === 0 ? [] : ['Nội dung này chưa được thảo luận tại cuộc họp.'],
    })
  }
  // In the agenda's order, so that item 1 stays 1; when each was called stands beside it.
  return items.toSorted((a, b) => a.order - b.order).map(({ order: _order, ...item }) => item)
}

function isOpening(title: string): boolean {
  return title.normalize('NFC').trim().toLocaleLowerCase('vi').startsWith('khai mạc')
}

function itemOf(
  item: SpokenItem,
  agendaItemId: string | null,
  title: string,
  presenter: string,
  startedAtMs: number,
  people: ReadonlyMap<string, AttendanceRow>,
): Item {
  const turns = item.turns.slice(0, 2000)
  const planned = plainLine(presenter)
  return {
    agendaItemId,
    title: clipped(title),
    startedAtMs,
    speakers: turns.map((turn) => ({
      ...personOf(people.get(turn.participantId)),
      participantId: turn.participantId,
      atMs: turn.atMs,
      durationMs: turn.durationMs,
    })),
    paragraphs: [
      ...(planned === '' ? [] : [`Theo chương trình, nội dung này do ${planned} trình bày.`]),
      ...proposedParagraphs(turns, people),
    ].slice(0, 500),
  }
}

/** One true sentence for each speaker, for the secretary to go on from. */
function proposedParagraphs(turns: Turn[], people: ReadonlyMap<string, AttendanceRow>): string[] {
  const paragraphs: string[] = []
  for (const participantId of new Set(turns.map((turn) => turn.participantId))) {
    const row = people.get(participantId)
    if (row) paragraphs.push(`${addressed(row)} phát biểu ý kiến.`)
  }
  return paragraphs
}

/** "Đồng chí A (Phó Giám đốc, Sở B)"; a site by its name; a guest, who may be no official, as ông/bà. */
function addressed(row: AttendanceRow): string {
  const { name, position, unitName } = personOf(row)
  const about = row.kind === 'site' ? unitBesideSite(name, unitName) : officialOffice(position, unitName)
  const who =
    row.kind === 'site'
      ? /^điểm cầu/iu.test(name)
        ? name
        : `Điểm cầu ${name}`
      : `${row.role === 'guest' ? 'Ông/bà' : 'Đồng chí'} ${name}`
  return about === '' ? who : `${who} (${about})`
}

function letterheadOf(unit: HostUnit): Pick<MinutesContent, 'parentBody' | 'body' | 'docSymbol' | 'place'> {
  const isCommittee = unit.level !== 'city' || unit.kind === 'ủy ban nhân dân'
  return {
    // People's committees stand alone in the letterhead (NĐ 30/2020 Phụ lục I); other bodies below theirs.
    parentBody: isCommittee ? '' : clipped(unit.parentFullName),
    body: clipped(unit.level === 'city' ? unit.fullName : `Ủy ban nhân dân ${unit.kind} ${unit.name}`),
    docSymbol: `BB-${isCommittee || !/^[A-Z]{2,12}$/.test(unit.code) ? 'UBND' : unit.code}`,
    // The name of the administrative unit where the body sits.
    place: unit.level === 'city' ? cityName : clipped(unit.name),
  }
}

/** The rooms by their names as long as they are few; one that is the centre itself is not named twice. */
function locationOf(facts: MeetingFacts, rows: readonly AttendanceRow[]): string {
  const centre = plainLine(facts.place)
  const siteIds = new Map(facts.participants.map(({ id, siteId }) => [id, siteId]))
  const others = rows
    .filter((row) => {
      const isOfHost =
        row.unitName === facts.hostUnit.fullName ||
        (facts.centralSiteId !== null && siteIds.get(row.participantId) === facts.centralSiteId)
      return !isSameRoom(siteWithUnit(row), centre) && !(isOfHost && isSameRoom(row.name, centre))
    })
    .map((row) => officialSite(plainLine(siteWithUnit(row))))
  const sites =
    others.length === 0
      ? ''
      : others.length <= fewSites
        ? others.join(', ')
        : `${String(others.length).padStart(2, '0')} điểm cầu trực tuyến`
  if (centre === '' || /^trực tuyến$/iu.test(centre))
    return clipped(sites === '' ? 'Họp trực tuyến' : capitalised(sites))
  return clipped(sites === '' ? centre : `${centre} và ${sites}`)
}

const fewSites = 3

function isSameRoom(site: string, centre: string): boolean {
  const plain = (text: string): string => officialSite(plainLine(text)).toLocaleLowerCase('vi')
  return plain(site) === plain(centre)
}

function isPresent(row: AttendanceRow): boolean {
  return row.state === 'present' || row.state === 'late'
}

function reasonOf(row: AttendanceRow): string {
  if (row.state !== 'excused') return 'Không báo'
  const reason = plainLine(row.responseReason)
  return clipped(reason === '' ? 'Có lý do' : `Có lý do: ${reason}`)
}

function personOf(row: AttendanceRow | undefined): Person {
  return {
    participantId: row?.participantId ?? null,
    name: clipped(row?.name ?? ''),
    position: clipped(row?.position ?? ''),
    unitName: clipped(row?.unitName ?? ''),
  }
}

/** On one line and within what a line of the content may hold. */
function clipped(text: string): string {
  return plainLine(text).slice(0, 500)
}

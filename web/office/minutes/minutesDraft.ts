import type { MinutesContent } from '#contract/minutes.ts'
import type { UnitLevel } from '#contract/meeting.ts'
import { attendanceRows, meetingStartMs, type AttendanceFacts } from '#office/attendance/attendanceRows.ts'
import { plainLine } from '#office/documents/plainText.ts'
import { spokenItems, type SpokenItem, type Turn } from './minutesSpeech.ts'
import type { AttendanceRow } from '#office/attendance/attendanceRows.ts'

/** What the draft minutes are made of. */
export interface MeetingFacts extends AttendanceFacts {
  title: string
  /** Where the centre sits; empty when nowhere. */
  place: string
  /** When the call ended: minutes are drafted after that. */
  endedAtMs: number
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
  const chair = rows.find((row) => row.role === 'chair')
  const secretary = rows.find((row) => row.role === 'secretary')
  // Technicians serve the meeting, they do not take part in it; chair and secretary have lines of their own.
  const members = rows.filter((row) => row !== chair && row !== secretary && row.role !== 'technician')
  const siteCount = rows.filter((row) => row.kind === 'site' && isPresent(row)).length
  return {
    ...letterheadOf(facts.hostUnit),
    docNumber: '',
    dateMs: facts.endedAtMs,
    subject: clipped(facts.title),
    startedAtMs,
    endedAtMs: facts.endedAtMs,
    location: locationOf(facts.place, siteCount),
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
    recipients: ['Như thành phần tham dự', 'Lưu: VT'],
  }
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
  const items: Item[] = []
  // An agenda that has its own opening begins with what was said before anybody called it.
  if (before && first && isOpening(agenda.get(first.itemId ?? '')?.title ?? '')) {
    called[0] = { ...first, startedAtMs, turns: [...before.turns, ...first.turns] }
  } else if (before && (before.turns.length > 0 || called.length === 0)) {
    // When nobody called an item, all that was spoken belongs to no item in particular.
    const title = called.length === 0 ? 'Diễn biến cuộc họp' : 'Khai mạc'
    items.push(itemOf(before, null, title, '', startedAtMs, people))
  }
  for (const item of called) {
    const planned = agenda.get(item.itemId ?? '')
    const title = planned?.title ?? 'Nội dung khác'
    items.push(itemOf(item, item.itemId, title, planned?.presenter ?? '', item.startedAtMs, people))
  }
  const wasCalled = new Set(called.map((item) => item.itemId))
  for (const { id, title } of facts.agenda) {
    if (wasCalled.has(id)) continue
    items.push({ agendaItemId: id, title: clipped(title), startedAtMs: null, speakers: [], paragraphs: [] })
  }
  return items
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
  const about = [position, unitName].filter((part) => part !== '').join(', ')
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

function locationOf(place: string, siteCount: number): string {
  const centre = plainLine(place)
  const sites = siteCount === 0 ? '' : `${String(siteCount).padStart(2, '0')} điểm cầu trực tuyến`
  if (centre === '' || /^trực tuyến$/iu.test(centre)) return sites === '' ? 'Họp trực tuyến' : sites
  return clipped(sites === '' ? centre : `${centre} và ${sites}`)
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

import type { SettingHistory } from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import { listMeetings, type MeetingAsker, type MeetingItem } from '#db/meetings.ts'
import { may, type Viewer } from '#office/access.ts'
import { afterWorkingDays, startOfDay, startOfWeek } from './workingDays.ts'

const dayMs = 24 * 3600_000
/** Minutes that nobody wrote are asked for this long. */
const waitingMs = 60 * dayMs

/** A meeting in a list. */
export type MeetingListItem = Omit<MeetingItem, 'hostUnitId' | 'endedAtMs'>

/** What is next and what waits. */
export interface Home {
  next: MeetingListItem | null
  today: MeetingListItem[]
  thisWeek: MeetingListItem[]
  waiting: {
    kind: 'answer' | 'minutes_due' | 'approval'
    meeting: MeetingListItem
    dueAtMs: number | null
  }[]
}

/** What is next and what waits on somebody. Days and weeks are Hanoi's. */
export async function homeOf(
  database: Database,
  viewer: Viewer,
  asker: MeetingAsker,
  options: { nowMs: number; settings: SettingHistory },
): Promise<Home> {
  const { nowMs, settings } = options
  const calendar = settings.at(nowMs).workingCalendar
  const today = startOfDay(nowMs)
  const monday = startOfWeek(nowMs)
  const [week, mine, ended] = await Promise.all([
    listMeetings(database, asker, {
      fromMs: monday,
      toMs: monday + 7 * dayMs,
      statuses: ['draft', 'scheduled', 'open', 'ended'],
      limit: 200,
    }),
    listMeetings(database, asker, {
      fromMs: nowMs,
      statuses: ['scheduled', 'open'],
      isMine: true,
      limit: 100,
    }),
    listMeetings(database, asker, {
      fromMs: nowMs - waitingMs,
      statuses: ['ended'],
      keep: 'latest',
      limit: 200,
    }),
  ])
  const openOnes = await listMeetings(database, asker, { statuses: ['open'], isMine: true, limit: 10 })
  const next = openOnes[0] ?? mine[0] ?? null
  const isToday = (item: MeetingItem): boolean => item.startsAtMs < today + dayMs && item.endsAtMs > today

  const answers = mine.filter((item) => item.myResponse === 'pending' && item.startsAtMs > nowMs)
  const due = ended.filter((item) => isMinutesDue(viewer, item))
  const approvals = ended.filter((item) => item.minutesState === 'submitted' && item.myRole === 'chair')
  const dueAtMs = (item: MeetingItem): number => {
    const endedAtMs = item.endedAtMs ?? item.endsAtMs
    return afterWorkingDays(endedAtMs, settings.at(endedAtMs).conclusionWorkingDays, calendar)
  }
  return {
    next: next && listItem(next),
    today: week.filter(isToday).map(listItem),
    thisWeek: week.filter((item) => !isToday(item) && item.endsAtMs > nowMs).map(listItem),
    waiting: [
      ...answers.map((item) => ({
        kind: 'answer' as const,
        meeting: listItem(item),
        dueAtMs: item.startsAtMs,
      })),
      ...approvals.map((item) => ({
        kind: 'approval' as const,
        meeting: listItem(item),
        dueAtMs: dueAtMs(item),
      })),
      ...due.map((item) => ({
        kind: 'minutes_due' as const,
        meeting: listItem(item),
        dueAtMs: dueAtMs(item),
      })),
    ].sort((a, b) => a.dueAtMs - b.dueAtMs),
  }
}

/** The secretary's own, and the clerk's once approved: not those that wait for the chair, and not what is done. */
function isMinutesDue(viewer: Viewer, item: MeetingItem): boolean {
  const isOpen =
    item.minutesState === null || item.minutesState === 'draft' || item.minutesState === 'approved'
  const minutesAreApproved = item.minutesState === 'approved'
  const on = {
    ...{ unitId: item.hostUnitId, meetingStatus: item.status, meetingRole: item.myRole },
    minutesAreApproved,
  }
  return isOpen && may(viewer, minutesAreApproved ? 'minutes:publish' : 'minutes:edit', on)
}

/** Without what lists do not show. */
export function listItem(item: MeetingItem): MeetingListItem {
  const { hostUnitId: _unit, endedAtMs: _ended, ...shown } = item
  return shown
}

import { meetingStatuses, type MeetingStatus } from '#contract/meeting.ts'
import { startOfDayMs } from '#contract/cityTime.ts'

/** Periods of the list: from today, past, the three-level era (to 30/6/2025), all. */
export const periods = ['upcoming', 'past', 'before', 'all'] as const
export type Period = (typeof periods)[number]

/** What the list of meetings is asked for, as its address says it. */
export interface MeetingFilter {
  query: string
  period: Period
  status: MeetingStatus | null
}

/** The district level ended with this moment (Law 72/2025/QH15, in force 1/7/2025 in the city's time). */
export const twoLevelEraStartMs = Date.parse('2025-07-01T00:00:00+07:00')

/** Reads the filter from an address; what is not understood is left out. */
export function meetingFilterOf(parameters: URLSearchParams): MeetingFilter {
  return {
    query: (parameters.get('q') ?? '').slice(0, 200),
    period: periods.find((period) => period === parameters.get('period')) ?? 'upcoming',
    status: meetingStatuses.find((status) => status === parameters.get('status')) ?? null,
  }
}

/** The bounds of a period. */
export function boundsOf(period: Period, nowMs: number): { fromMs?: number; toMs?: number } {
  const todayMs = startOfDayMs(nowMs)
  if (period === 'upcoming') return { fromMs: todayMs }
  if (period === 'past') return { toMs: todayMs }
  return period === 'before' ? { toMs: twoLevelEraStartMs } : {}
}

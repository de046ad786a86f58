import { startOfDayMs } from '#contract/cityTime.ts'
import type { Found } from '#web/ui/found.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

const limit = 10

/** Meetings for the command palette: from today on by their start, then the past ones, latest first. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  const { meetings } = services()
  const query = url.searchParams.get('q') ?? ''
  const todayMs = startOfDayMs(Date.now())
  const [total, coming, past] = await Promise.all([
    meetings.count(viewer, { query }),
    meetings.list(viewer, { query, fromMs: todayMs, limit }),
    meetings.list(viewer, { query, toMs: todayMs, limit }),
  ])
  // One that goes on over midnight is in both.
  const both = new Map([...coming, ...past.toReversed()].map((meeting) => [meeting.id, meeting]))
  const found = [...both.values()].slice(0, limit)
  return Response.json({ found, total } satisfies Found<unknown>)
}

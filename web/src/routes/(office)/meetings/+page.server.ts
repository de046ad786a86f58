import { boundsOf, meetingFilterOf } from '#web/pages/meetings/meetingFilter.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { PageServerLoad } from './$types'

const limit = 200

export const load: PageServerLoad = async ({ locals, url }) => {
  const nowMs = Date.now()
  const filter = meetingFilterOf(url.searchParams)
  const viewer = viewerIn(locals)
  const asked = {
    ...boundsOf(filter.period, nowMs),
    ...(filter.query ? { query: filter.query } : {}),
    ...(filter.status ? { status: filter.status } : {}),
  }
  const { meetings: office } = services()
  const [meetings, total] = await Promise.all([
    office.list(viewer, { ...asked, limit }),
    office.count(viewer, asked),
  ])
  return {
    meetings: filter.period === 'past' ? meetings.toReversed() : meetings,
    filter,
    total,
    nowMs,
  }
}

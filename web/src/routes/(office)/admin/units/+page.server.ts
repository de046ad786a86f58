import { unitLevels } from '#contract/meeting.ts'
import { twoLevelEraStartMs } from '#web/pages/meetings/meetingFilter.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  const era = url.searchParams.get('era') === 'before' ? ('before' as const) : ('now' as const)
  const atMs = era === 'before' ? twoLevelEraStartMs - 1 : Date.now()
  // One search a level: a search answers at most 200, and each level stays below that.
  const levels = await Promise.all(
    unitLevels.map((level) =>
      services().units.administeredUnits(viewer, { ...(query ? { query } : {}), level, atMs }),
    ),
  )
  return { units: levels.flat(), query, era }
}

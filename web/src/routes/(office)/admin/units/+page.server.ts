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
  const { units } = services()
  const asked = { ...(query ? { query } : {}), atMs }
  // One search a level: each answers at most 200.
  const [total, ...levels] = await Promise.all([
    units.count(viewer, asked),
    ...unitLevels.map((level) => units.administeredUnits(viewer, { ...asked, level })),
  ])
  return { units: levels.flat(), total, query, era }
}

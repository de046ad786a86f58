import type { Found } from '#web/ui/found.ts'
import { searchOf } from '#web/server/searchOf.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Units of today, or of the day that is asked for, for a picker. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const { units } = services()
  const [viewer, asked] = [viewerIn(locals), searchOf(url)]
  const [found, total] = await Promise.all([
    units.search(viewer, { ...asked, limit: 12 }),
    units.count(viewer, asked),
  ])
  return Response.json({ found, total } satisfies Found<unknown>)
}

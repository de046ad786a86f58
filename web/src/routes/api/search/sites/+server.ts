import type { Found } from '#web/ui/found.ts'
import { searchOf } from '#web/server/searchOf.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Sites for a picker, of units that exist today or on the day that is asked for. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const asked = { ...searchOf(url), limit: 12 }
  const { sites: found, total } = await services().units.sites(viewerIn(locals), asked)
  return Response.json({ found, total } satisfies Found<unknown>)
}

import { searchOf } from '#web/server/searchOf.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Units of today, or of the day that is asked for, for a picker. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(await services().units.search(viewerIn(locals), { ...searchOf(url), limit: 12 }))

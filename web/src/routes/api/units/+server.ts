import { searchOf } from '#web/server/searchOf.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** All units of today, or of the day that is asked for, to choose whole groups of. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(await services().units.all(viewerIn(locals), { atMs: searchOf(url).atMs }))

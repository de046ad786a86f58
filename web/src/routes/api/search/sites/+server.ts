import { searchOf } from '#web/server/searchOf.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Sites for a picker, of units that exist today or on the day that is asked for. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json((await services().units.sites(viewerIn(locals), searchOf(url))).slice(0, 12))

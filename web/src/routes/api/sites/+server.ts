import { searchOf } from '#web/server/searchOf.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** All sites of units that exist today, or on the day that is asked for, to choose those of whole groups. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(await services().units.allSites(viewerIn(locals), { atMs: searchOf(url).atMs }))

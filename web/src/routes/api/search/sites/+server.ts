import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Sites for a picker. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(
    (await services().units.sites(viewerIn(locals), { query: url.searchParams.get('q') ?? '' })).slice(0, 12),
  )

import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Units of today for a picker. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(
    await services().units.search(viewerIn(locals), { query: url.searchParams.get('q') ?? '', limit: 12 }),
  )

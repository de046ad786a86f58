import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** People for a picker. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(
    await services().people.search(viewerIn(locals), { query: url.searchParams.get('q') ?? '', limit: 12 }),
  )

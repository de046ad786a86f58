import type { Found } from '#web/ui/found.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** People for a picker. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const asked = { query: url.searchParams.get('q') ?? '', limit: 12 }
  const { people: found, total } = await services().people.search(viewerIn(locals), asked)
  return Response.json({ found, total } satisfies Found<unknown>)
}

import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** The attendance as it is now. */
export const GET: RequestHandler = async ({ locals, params }) =>
  Response.json(await services().attendance.list(viewerIn(locals), params.id))

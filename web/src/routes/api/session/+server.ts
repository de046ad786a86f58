import { services } from '#web/server/services.ts'
import type { RequestHandler } from './$types'

/** How long the session goes on unused. */
export const GET: RequestHandler = async ({ request }) =>
  Response.json(await services().accounts.sessionLeft(request.headers, false))

/** Somebody is there. */
export const POST: RequestHandler = async ({ request }) =>
  Response.json(await services().accounts.sessionLeft(request.headers, true))

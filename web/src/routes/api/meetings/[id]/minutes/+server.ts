import { failPage, jsonBodyOf } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** What is stored, and as which version. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const stored = (await services().minutes.get(viewerIn(locals), params.id)) ?? failPage('not_found')
  return Response.json({ version: stored.version, content: stored.content })
}

/** Saves the minutes while they are written. */
export const POST: RequestHandler = async ({ request, locals, params }) =>
  Response.json(await services().minutes.save(viewerIn(locals), params.id, await jsonBodyOf(request)))

import { z } from 'zod'
import { MinutesContent } from '#contract/minutes.ts'
import { failPage, jsonBodyOf } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

const Body = z.object({
  version: z.number().int().min(0),
  content: MinutesContent,
  isApart: z.boolean().optional(),
})

/** What is stored, and as which version. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const stored = (await services().minutes.get(viewerIn(locals), params.id)) ?? failPage('not_found')
  return Response.json({ version: stored.version, content: stored.content })
}

/** Saves the minutes while they are written. */
export const POST: RequestHandler = async ({ request, locals, params }) => {
  const viewer = viewerIn(locals)
  const body = Body.safeParse(await jsonBodyOf(request))
  if (!body.success) failPage('bad_request')
  return Response.json(await services().minutes.save(viewer, params.id, body.data))
}

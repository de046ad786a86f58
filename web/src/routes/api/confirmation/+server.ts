import { jsonBodyOf } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** How one may say again who one is. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(await services().accounts.confirmation.ways(viewerIn(locals), url.hostname))

/** Says it. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
  const proof = await jsonBodyOf(request)
  await services().accounts.confirmation.confirm(viewerIn(locals), proof, getClientAddress())
  return Response.json({})
}

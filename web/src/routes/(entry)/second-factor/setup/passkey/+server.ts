import { jsonBodyOf } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** What the browser makes a key from. */
export const GET: RequestHandler = async ({ locals }) =>
  Response.json(await services().accounts.passkeys.registrationOptions(viewerIn(locals)))

/** The key, with the name that it is to have. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
  const made = await jsonBodyOf(request)
  return Response.json(
    await services().accounts.passkeys.register(viewerIn(locals), made, getClientAddress()),
  )
}

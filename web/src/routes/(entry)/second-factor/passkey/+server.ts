import { z } from 'zod'
import { parseInput } from '#contract/input.ts'
import { jsonBodyOf } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

const Body = z.object({ answer: z.unknown(), isTrusted: z.boolean() })

/** A challenge for the account's passkeys: as a second factor, or to confirm. */
export const GET: RequestHandler = async ({ locals }) =>
  Response.json(await services().accounts.passkeys.sessionOptions(viewerIn(locals)))

/** Its answer is the second factor. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
  const given = parseInput(Body, await jsonBodyOf(request))
  const ipAddress = getClientAddress()
  const { setCookies } = await services().accounts.passkeys.give(viewerIn(locals), { ...given, ipAddress })
  locals.setCookies.push(...setCookies)
  return Response.json({})
}

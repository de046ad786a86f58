import { z } from 'zod'
import { parseInput } from '#contract/input.ts'
import { jsonBodyOf } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import type { RequestHandler } from './$types'

const Body = z.object({ answer: z.unknown() })

/** A challenge for whoever has a passkey. */
export const GET: RequestHandler = async () =>
  Response.json(await services().accounts.passkeys.signInOptions())

/** Its answer signs in. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
  const { answer } = parseInput(Body, await jsonBodyOf(request))
  const { setCookies } = await services().accounts.signInByPasskey({
    answer,
    ipAddress: getClientAddress(),
    userAgent: request.headers.get('user-agent') ?? '',
    cookies: request.headers.get('cookie'),
  })
  locals.setCookies.push(...setCookies)
  return Response.json({})
}

import { z } from 'zod'
import { failPage, jsonBodyOf } from '#web/server/appErrors.ts'
import { idText } from '#contract/input.ts'
import { PlanOutline } from '#contract/plan.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

const Body = z.object({ plan: PlanOutline, id: idText.optional() })

/** What a plan would break, while it is being written. */
export const POST: RequestHandler = async ({ request, locals }) => {
  const viewer = viewerIn(locals)
  const body = Body.safeParse(await jsonBodyOf(request))
  if (!body.success) failPage('bad_request')
  return Response.json(await services().meetings.check(viewer, body.data.plan, body.data.id))
}

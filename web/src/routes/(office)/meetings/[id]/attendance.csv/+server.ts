import { dispositionOf } from '#web/server/downloads.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** The attendance for a spreadsheet. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { fileName, body } = await services().attendance.csv(viewerIn(locals), params.id)
  return new Response(body, {
    headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': dispositionOf(fileName) },
  })
}

import { dispositionOf } from '#web/server/downloads.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** The attendance as an Excel workbook. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { fileName, body } = await services().attendance.xlsx(viewerIn(locals), params.id)
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': dispositionOf(fileName),
    },
  })
}

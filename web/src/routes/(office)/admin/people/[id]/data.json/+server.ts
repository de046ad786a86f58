import { dispositionOf } from '#web/server/downloads.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** All that is held on a person. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const viewer = viewerIn(locals)
  const { fileName, body } = await services().personal.export(viewer, params.id, 'json')
  return new Response(body, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': dispositionOf(fileName),
    },
  })
}

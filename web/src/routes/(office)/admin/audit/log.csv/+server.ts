import { auditWordsIn } from '#web/server/auditWordsIn.ts'
import { dispositionOf } from '#web/server/downloads.ts'
import { auditQueryOf } from '#web/pages/admin/audit/auditQuery.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** The audit log as it is filtered, for a spreadsheet. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const { fileName, body } = await services().audit.export(
    viewerIn(locals),
    auditQueryOf(url.searchParams),
    'csv',
    await auditWordsIn(locals.locale),
  )
  return new Response(body instanceof ReadableStream ? body : new Uint8Array(body), {
    headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': dispositionOf(fileName) },
  })
}

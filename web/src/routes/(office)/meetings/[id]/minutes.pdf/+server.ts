import { minutesDownload } from '#web/server/minutesDownload.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** The minutes as a PDF file. */
export const GET: RequestHandler = ({ locals, params }) => minutesDownload(viewerIn(locals), params.id, 'pdf')

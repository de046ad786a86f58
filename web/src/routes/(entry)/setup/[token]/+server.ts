import { redirect } from '@sveltejs/kit'
import type { RequestHandler } from './$types'

/** A link as it was sent when its token stood in the path: from here on it stands where no request carries it. */
export const GET: RequestHandler = ({ params }) => redirect(303, `/setup#${encodeURIComponent(params.token)}`)

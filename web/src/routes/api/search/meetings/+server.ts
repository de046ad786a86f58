import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** Meetings for the command palette. */
export const GET: RequestHandler = async ({ locals, url }) =>
  Response.json(
    await services().meetings.list(viewerIn(locals), { query: url.searchParams.get('q') ?? '', limit: 10 }),
  )

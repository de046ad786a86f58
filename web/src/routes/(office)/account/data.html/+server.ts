import { personalPageResponse } from '#web/server/personalPageResponse.ts'
import { personalWordsIn } from '#web/server/personalWordsIn.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** All that is held on oneself, to read and to print. */
export const GET: RequestHandler = async ({ locals }) => {
  const viewer = viewerIn(locals)
  return personalPageResponse(
    await services().personal.export(viewer, viewer.account?.userId ?? '', {
      html: await personalWordsIn(locals.locale),
    }),
  )
}

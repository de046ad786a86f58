import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals }) => ({
  home: await services().meetings.home(viewerIn(locals)),
  nowMs: Date.now(),
})

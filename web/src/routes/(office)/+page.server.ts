import { guideIsAway, preferenceCookies } from '#web/preferences.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, cookies }) => {
  const viewer = viewerIn(locals)
  const [home, steps, quota] = await Promise.all([
    services().meetings.home(viewer),
    services().guide.steps(viewer),
    services().storageUse.warning(viewer),
  ])
  const areStepsPutAway = guideIsAway(cookies.get(preferenceCookies.guide))
  return { home, steps, quota, areStepsPutAway, nowMs: Date.now() }
}

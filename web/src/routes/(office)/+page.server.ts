import { guideIsAway, preferenceCookies } from '#web/preferences.ts'
import { keepRecording } from '#web/server/keepRecording.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, cookies }) => {
  const viewer = viewerIn(locals)
  const [home, steps, quota, unitQuotas, due] = await Promise.all([
    services().meetings.home(viewer),
    services().guide.steps(viewer),
    services().storageUse.warning(viewer),
    services().storageUse.unitWarnings(viewer),
    services().recordings.dueSoon(viewer),
  ])
  const areStepsPutAway = guideIsAway(cookies.get(preferenceCookies.guide))
  return { home, steps, quota, unitQuotas, due, areStepsPutAway, nowMs: Date.now() }
}

export const actions: Actions = {
  keepRecording: async ({ request, locals }) => keepRecording(viewerIn(locals), await request.formData()),
}

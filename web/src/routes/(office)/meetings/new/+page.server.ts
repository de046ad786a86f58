import { redirect } from '@sveltejs/kit'
import { attempt, failPage } from '#web/server/appErrors.ts'
import { planSubmission } from '#web/server/planSubmission.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  const units = viewer.units.filter((unit) => unit.role === 'secretary').map(({ id, name }) => ({ id, name }))
  // Whoever holds meetings for no unit has nothing to plan; the service says the same to a form sent anyway.
  if (units.length === 0) failPage('forbidden')
  const from = url.searchParams.get('from')
  return { units, source: from ? await services().meetings.get(viewer, from) : null, nowMs: Date.now() }
}

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    const made = await attempt(() => {
      const { plan, status } = planSubmission(form)
      return services().meetings.create(viewerIn(locals), plan, status)
    }, {})
    if ('status' in made) return made
    redirect(303, `/meetings/${made.id}`)
  },
}

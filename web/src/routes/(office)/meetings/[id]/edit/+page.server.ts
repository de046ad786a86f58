import { redirect } from '@sveltejs/kit'
import { attempt, failPage } from '#web/server/appErrors.ts'
import { planSubmission } from '#web/server/planSubmission.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const viewer = viewerIn(locals)
  const meeting = await services().meetings.get(viewer, params.id)
  if (!meeting.may.includes('meeting:edit')) failPage('forbidden')
  const own = viewer.units.filter((unit) => unit.role === 'secretary').map(({ id, name }) => ({ id, name }))
  const units = own.some((unit) => unit.id === meeting.unitId)
    ? own
    : [{ id: meeting.unitId, name: meeting.hostUnitName }, ...own]
  // Shown to whoever was typing over the version before.
  const edit = await services().meetings.editOf(viewer, params.id, meeting.version)
  return { meeting, units, edit }
}

export const actions: Actions = {
  default: async ({ request, locals, params }) => {
    const form = await request.formData()
    const saved = await attempt(async () => {
      const { plan, status, version } = planSubmission(form)
      await services().meetings.update(viewerIn(locals), params.id, version, plan, status)
      return { isDone: true as const }
    }, {})
    if ('status' in saved) return saved
    redirect(303, `/meetings/${params.id}`)
  },
}

import { toDateInput } from '#contract/cityTime.ts'
import { bodyAct, bodyForms, spanOf } from '#web/server/bodySubmission.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  const asked = url.searchParams.get('which')
  const which = (['now', 'past', 'all'] as const).find((one) => one === asked) ?? 'now'
  const { bodies } = services()
  return {
    ...{ query, which, today: toDateInput(Date.now()) },
    bodies: await bodies.list(viewer, { query, which }),
    ...bodies.writes(viewer),
  }
}

export const actions: Actions = {
  create: async ({ request, locals }) =>
    bodyAct(bodyForms.create, await request.formData(), ({ unitId, kind, name, term, ...days }) =>
      services().bodies.create(viewerIn(locals), { unitId, kind, name, term, ...spanOf(days) }),
    ),
}

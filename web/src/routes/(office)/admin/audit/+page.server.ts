import { attempt } from '#web/server/appErrors.ts'
import { auditQueryOf } from '#web/pages/admin/audit/auditQuery.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = auditQueryOf(url.searchParams)
  const before = url.searchParams.get('before')
  return { ...(await services().audit.list(viewerIn(locals), query, before)), query, isFirst: !before }
}

export const actions: Actions = {
  verify: ({ locals }) =>
    attempt(async () => {
      await services().audit.verify(viewerIn(locals))
      return { isDone: true as const }
    }, {}),
}

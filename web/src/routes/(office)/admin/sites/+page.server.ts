import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

const Site = z.object({
  unitId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  name: z.string().trim().min(1).max(200),
  location: z.string().trim().max(300),
})

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  return { ...(await services().units.administeredSites(viewerIn(locals), { query })), query }
}

export const actions: Actions = {
  create: async ({ request, locals }) => {
    const parsed = Site.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success)
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    return attempt(async () => {
      await services().units.createSite(viewerIn(locals), parsed.data)
      return { isDone: true as const }
    }, {})
  },
  change: async ({ request, locals }) => {
    const parsed = Site.extend({ siteId: Site.shape.unitId }).safeParse(
      Object.fromEntries(await request.formData()),
    )
    if (!parsed.success)
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    return attempt(async () => {
      await services().units.changeSite(viewerIn(locals), parsed.data)
      return { isDone: true as const }
    }, {})
  },
}

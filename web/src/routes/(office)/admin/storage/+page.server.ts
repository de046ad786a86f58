import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { attempt } from '#web/server/appErrors.ts'
import { deleteRecording } from '#web/server/deleteRecording.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  const asked = url.searchParams.get('page') ?? ''
  const page = /^[1-9]\d{0,2}$/.test(asked) ? Number(asked) : 1
  return { report: await services().storageUse.report(viewerIn(locals), { query, page }), query, page }
}

const Quota = z.object({
  unitId: z.string().max(64),
  quotaGb: z
    .string()
    .regex(/^\s*\d{1,6}\s*$/)
    .transform(Number),
})

export const actions: Actions = {
  deleteRecording: async ({ request, locals }) => deleteRecording(viewerIn(locals), await request.formData()),
  unitQuota: async ({ request, locals }) => {
    const parsed = Quota.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) return fail(400, { invalid: ['quotaGb'] })
    return attempt(async () => {
      await services().storageUse.setUnitQuota(viewerIn(locals), parsed.data)
      return { isDone: true }
    }, {})
  },
}

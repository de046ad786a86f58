import { fail } from '@sveltejs/kit'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { settingSubmission, settingWithdrawal } from '#web/server/settingSubmission.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => ({
  setting: await services().settings.get(viewerIn(locals), params.key),
})

export const actions: Actions = {
  change: async ({ request, locals, params }) => {
    const form = await request.formData()
    return attempt(async () => {
      const read = settingSubmission(params.key, form)
      if (!read.isRead) return fail(400, { wrong: { field: read.field, line: read.line } })
      return services().settings.change(viewerIn(locals), read.change)
    }, {})
  },
  withdraw: async ({ request, locals, params }) => {
    const form = await request.formData()
    return attempt(async () => {
      await services().settings.withdraw(viewerIn(locals), { key: params.key, ...settingWithdrawal(form) })
      return { isWithdrawn: true as const }
    }, {})
  },
}

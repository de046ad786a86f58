import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { isSettingKey } from '#contract/settings.ts'
import { readFields } from '#web/pages/admin/settings/settingForm.ts'
import { attempt, failPage } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

const text = z.string().max(200_000)
const Change = z
  .object({
    source: text.default(''),
    reason: text.default(''),
    validFrom: text.default(''),
    seenId: z.coerce.number().int().min(0),
  })
  .catchall(text)
const Withdrawal = z.object({ changeId: z.coerce.number().int(), seenId: z.coerce.number().int() })

export const load: PageServerLoad = async ({ locals, params }) => ({
  setting: await services().settings.get(viewerIn(locals), params.key),
})

export const actions: Actions = {
  change: async ({ request, locals, params }) => {
    const { key } = params
    if (!isSettingKey(key)) failPage('not_found')
    const parsed = Change.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) return fail(400, { wrong: { field: 'value', line: null } })
    const { source, reason, validFrom, seenId, ...fields } = parsed.data
    const read = readFields(key, fields)
    if (!read.isRead) return fail(400, { wrong: { field: read.field, line: read.line } })
    return attempt(async () => {
      const input = { key, value: read.value, source, reason, validFrom, seenId }
      const { validFromMs } = await services().settings.change(viewerIn(locals), input)
      return { validFromMs }
    }, {})
  },
  withdraw: async ({ request, locals, params }) => {
    const parsed = Withdrawal.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) return fail(400, { wrong: { field: 'changeId', line: null } })
    return attempt(async () => {
      await services().settings.withdraw(viewerIn(locals), { key: params.key, ...parsed.data })
      return { isWithdrawn: true as const }
    }, {})
  },
}

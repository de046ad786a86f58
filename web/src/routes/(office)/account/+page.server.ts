import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { limits } from '#contract/limits.ts'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

const Passwords = z
  .object({
    current: z.string().min(1).max(1024),
    next: z.string().min(1).max(limits.password),
    repeat: z.string(),
  })
  .refine((form) => form.next === form.repeat, { path: ['repeat'] })

export const load: PageServerLoad = async ({ locals }) => ({
  sessions: await services().accounts.sessions(viewerIn(locals)),
  nowMs: Date.now(),
  rules: await services().accounts.passwordRules(),
  has: await services().accounts.secondFactors.state(viewerIn(locals)),
  phone: await services().people.ownPhone(viewerIn(locals)),
})

export const actions: Actions = {
  password: async ({ request, locals, getClientAddress }) => {
    const parsed = Passwords.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) {
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    }
    const { current, next } = parsed.data
    const input = { current, next, ipAddress: getClientAddress() }
    const changed = await attempt(
      () => services().accounts.changePassword(viewerIn(locals), request.headers, input),
      {},
    )
    if ('status' in changed) return changed
    locals.setCookies.push(...changed.setCookies)
    return { isChanged: true as const }
  },
  phone: async ({ request, locals }) => {
    const phone = String((await request.formData()).get('phone') ?? '').slice(0, 200)
    return attempt(async () => {
      await services().people.changeOwnPhone(viewerIn(locals), phone)
      return { isSaved: true as const }
    }, {})
  },
  revoke: async ({ request, locals }) => {
    const sessionId = z
      .string()
      .min(1)
      .max(128)
      .safeParse((await request.formData()).get('sessionId'))
    if (!sessionId.success) return fail(400, { invalid: ['sessionId'] })
    return attempt(async () => {
      await services().accounts.revokeSession(viewerIn(locals), sessionId.data)
      return { isRevoked: true as const }
    }, {})
  },
  signOut: async ({ request, locals }) => {
    const { setCookies } = await services().accounts.signOut(request.headers)
    locals.setCookies.push(...setCookies)
    redirect(303, '/login')
  },
}

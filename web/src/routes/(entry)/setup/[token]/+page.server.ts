import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { limits } from '#contract/limits.ts'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import type { Actions, PageServerLoad } from './$types'

const Form = z
  .object({
    name: z.string().trim().min(1).max(limits.personName),
    email: z.email().max(limits.email),
    password: z.string().min(1).max(limits.password),
    repeat: z.string(),
  })
  .refine((form) => form.password === form.repeat, { path: ['repeat'] })

export const load: PageServerLoad = async ({ params }) => {
  const { accounts } = services()
  return { link: await accounts.setupLink(params.token), rules: await accounts.passwordRules() }
}

export const actions: Actions = {
  default: async ({ request, params, locals, getClientAddress }) => {
    const form = Object.fromEntries(await request.formData())
    const typed = { name: String(form.name ?? ''), email: String(form.email ?? '').trim() }
    const link = await services().accounts.setupLink(params.token)
    // Whom an official's link is for is the platform's to say, not the form's.
    const who = link.isFirstAdministrator ? typed : { name: link.name, email: link.email }
    const parsed = Form.safeParse({ ...form, ...who })
    if (!parsed.success) {
      return fail(400, { typed, invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    }
    const { name, email, password } = parsed.data
    const session = await attempt(
      () =>
        services().accounts.completeSetup({
          token: params.token,
          name,
          email,
          password,
          ipAddress: getClientAddress(),
          userAgent: request.headers.get('user-agent') ?? '',
        }),
      typed,
    )
    if ('status' in session) return session
    locals.setCookies.push(...session.setCookies)
    redirect(303, '/')
  },
}

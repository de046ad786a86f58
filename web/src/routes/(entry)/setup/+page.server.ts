import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { toDateInput } from '#contract/cityTime.ts'
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

export const load: PageServerLoad = async () => ({ rules: await services().accounts.passwordRules() })

/** The link's token comes in forms alone: first to ask what it is for, then to use it. */
export const actions: Actions = {
  open: async ({ request }) => {
    const token = String((await request.formData()).get('token') ?? '')
    const link = await attempt(() => services().accounts.setupLink(token), {})
    return 'status' in link ? link : { link, token }
  },
  complete: async ({ request, locals, getClientAddress }) => {
    const form = Object.fromEntries(await request.formData())
    const token = String(form.token ?? '')
    const typed = {
      name: String(form.name ?? ''),
      email: String(form.email ?? '').trim(),
      requireFactor: form.requireFactor === 'on',
    }
    const link = await attempt(() => services().accounts.setupLink(token), {})
    if ('status' in link) return link
    // Whom an official's link is for is the platform's to say, not the form's.
    const who = link.isFirstAdministrator ? typed : { name: link.name, email: link.email }
    const parsed = Form.safeParse({ ...form, ...who })
    if (!parsed.success) {
      const invalid = parsed.error.issues.map((issue) => String(issue.path[0]))
      return fail(400, { link, token, typed, invalid })
    }
    const { name, email, password } = parsed.data
    const session = await attempt(
      () =>
        services().accounts.completeSetup({
          token,
          name,
          email,
          password,
          ipAddress: getClientAddress(),
          userAgent: request.headers.get('user-agent') ?? '',
          cookies: request.headers.get('cookie'),
        }),
      typed,
    )
    if ('status' in session) return fail(session.status, { ...session.data, link, token })
    locals.setCookies.push(...session.setCookies)
    if (link.isFirstAdministrator && typed.requireFactor) {
      // The account is made by now; where or when nobody administers, the guide asks for this later.
      await attempt(() => requireFactor(session.setCookies, getClientAddress()), {})
    }
    redirect(303, '/')
  },
}

/** What the founder decides with the account: a second factor of administrators and office roles, this one first. */
async function requireFactor(setCookies: readonly string[], address: string): Promise<void> {
  const { accounts, settings } = services()
  const cookie = setCookies.map((one) => one.split(';')[0]).join('; ')
  const founder = await accounts.viewerOf(new Headers({ cookie }), address)
  if (!founder) return
  const { lastId: seenId } = await settings.get(founder, 'secondFactor')
  const decision = { key: 'secondFactor', value: 'secretaries', validFrom: toDateInput(Date.now()) }
  await settings.change(founder, { ...decision, seenId, source: '', reason: '' })
}

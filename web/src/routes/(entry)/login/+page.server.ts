import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { safeNext } from '#web/safeNext.ts'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import type { Actions, PageServerLoad } from './$types'

const Credentials = z.object({
  email: z.email().max(254),
  password: z.string().min(1).max(1024),
})

export const load: PageServerLoad = ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'))
  if (locals.viewer?.account) redirect(303, next)
  const hasPasskeys = services().accounts.passkeys.isPossibleAt(url.hostname)
  return { next, hasPasskeys, isIdled: url.searchParams.get('ended') === 'idle' }
}

export const actions: Actions = {
  default: async ({ request, locals, getClientAddress, url }) => {
    const form = Object.fromEntries(await request.formData())
    const email = typeof form.email === 'string' ? form.email.trim() : ''
    const parsed = Credentials.safeParse({ ...form, email })
    if (!parsed.success) {
      const fields = parsed.error.issues.map((issue) => String(issue.path[0]))
      return fail(400, { typed: { email }, invalid: fields })
    }
    const session = await attempt(
      () =>
        services().accounts.signIn({
          ...parsed.data,
          ipAddress: getClientAddress(),
          userAgent: request.headers.get('user-agent') ?? '',
          cookies: request.headers.get('cookie'),
        }),
      { email },
    )
    if ('status' in session) return session
    locals.setCookies.push(...session.setCookies)
    redirect(303, safeNext(url.searchParams.get('next')))
  },
}

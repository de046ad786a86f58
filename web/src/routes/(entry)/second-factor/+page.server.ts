import { redirect } from '@sveltejs/kit'
import { safeNext } from '#web/safeNext.ts'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  if (viewer.owes === 'enrolment') redirect(303, `/second-factor/setup${url.search}`)
  const next = safeNext(url.searchParams.get('next'))
  if (viewer.owes === null) redirect(303, next)
  const { secondFactors, passkeys } = services().accounts
  const { hasTotp, passkeys: own, trustedDeviceDays } = await secondFactors.state(viewer)
  return {
    hasTotp,
    hasPasskey: passkeys.isPossibleAt(url.hostname) && own.length > 0,
    trustedDeviceDays,
    next,
  }
}

export const actions: Actions = {
  give: async ({ request, locals, url, getClientAddress }) => {
    const form = await request.formData()
    const given = await attempt(
      () =>
        services().accounts.secondFactors.give(viewerIn(locals), {
          code: String(form.get('code') ?? ''),
          isTrusted: form.get('isTrusted') !== null,
          ipAddress: getClientAddress(),
        }),
      {},
    )
    if ('status' in given) return given
    locals.setCookies.push(...given.setCookies)
    redirect(303, safeNext(url.searchParams.get('next')))
  },
  signOut: async ({ request, locals }) => {
    const { setCookies } = await services().accounts.signOut(request.headers)
    locals.setCookies.push(...setCookies)
    redirect(303, '/login')
  },
}

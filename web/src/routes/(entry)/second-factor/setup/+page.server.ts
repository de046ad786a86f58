import { redirect } from '@sveltejs/kit'
import { safeNext } from '#web/safeNext.ts'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  if (viewer.owes === 'code') redirect(303, `/second-factor${url.search}`)
  const { secondFactors, passkeys } = services().accounts
  return {
    has: await secondFactors.state(viewer),
    invitation: await secondFactors.invitation(viewer),
    hasPasskeys: passkeys.isPossibleAt(url.hostname),
    nowMs: Date.now(),
    isRequired: viewer.owes !== null,
    email: viewer.email,
    next: safeNext(url.searchParams.get('next') ?? '/account'),
  }
}

export const actions: Actions = {
  beginTotp: ({ locals }) =>
    attempt(async () => {
      await services().accounts.secondFactors.beginTotp(viewerIn(locals))
      return {}
    }, {}),
  confirmTotp: async ({ request, locals, getClientAddress }) => {
    const code = String((await request.formData()).get('code') ?? '')
    const ipAddress = getClientAddress()
    return attempt(
      () => services().accounts.secondFactors.confirmTotp(viewerIn(locals), { code, ipAddress }),
      {},
    )
  },
  removeTotp: ({ locals }) =>
    attempt(async () => {
      await services().accounts.secondFactors.removeTotp(viewerIn(locals))
      return {}
    }, {}),
  renamePasskey: async ({ request, locals }) => {
    const form = await request.formData()
    return attempt(async () => {
      const [id, name] = [String(form.get('id') ?? ''), String(form.get('name') ?? '')]
      await services().accounts.passkeys.rename(viewerIn(locals), id, name)
      return {}
    }, {})
  },
  removePasskey: async ({ request, locals }) => {
    const id = String((await request.formData()).get('id') ?? '')
    return attempt(async () => {
      await services().accounts.passkeys.remove(viewerIn(locals), id)
      return {}
    }, {})
  },
  recoveryCodes: ({ locals }) =>
    attempt(async () => {
      const recoveryCodes = await services().accounts.secondFactors.newRecoveryCodes(viewerIn(locals))
      return { recoveryCodes }
    }, {}),
  forget: ({ locals }) =>
    attempt(async () => {
      await services().accounts.secondFactors.forgetTrustedDevices(viewerIn(locals))
      return {}
    }, {}),
}

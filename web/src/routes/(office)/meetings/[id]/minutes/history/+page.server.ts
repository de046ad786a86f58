import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { attempt, failPage } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

const Version = z.coerce.number().int().min(1)
const Restoring = z.object({ version: Version, restored: Version })

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const viewer = viewerIn(locals)
  const { meetings, minutes } = services()
  const meeting = await meetings.get(viewer, params.id)
  const found = (await minutes.get(viewer, params.id)) ?? failPage('not_found')
  const versions = await minutes.versions(viewer, params.id)
  const asked = Version.safeParse(url.searchParams.get('version'))
  const chosen = asked.success ? asked.data : found.version
  return {
    meeting: { id: meeting.id, title: meeting.title },
    versions,
    chosen,
    newest: found.version,
    canRestore: found.may.includes('minutes:edit'),
    document: await minutes.versionDocument(viewer, params.id, chosen),
    current: chosen === found.version ? null : await minutes.document(viewer, params.id),
  }
}

export const actions: Actions = {
  restore: async ({ request, locals, params }) => {
    const parsed = Restoring.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) return fail(400, { error: { code: 'bad_request' as const } })
    const done = await attempt(() => services().minutes.restore(viewerIn(locals), params.id, parsed.data), {})
    if ('status' in done) return done
    redirect(303, `/meetings/${params.id}/minutes`)
  },
}

import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { attempt, failPage } from '#web/server/appErrors.ts'
import type { Minutes } from '#office/minutes/minutes.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const viewer = viewerIn(locals)
  const { meetings, minutes, recordings } = services()
  const meeting = await meetings.get(viewer, params.id)
  const found = await minutes.get(viewer, params.id)
  // Who is to write them begins on the meeting's page; the list of what is due leads here all the same.
  if (!found && meeting.may.includes('minutes:edit')) redirect(303, `/meetings/${meeting.id}`)
  if (!found) failPage('not_found')
  const made = meeting.may.includes('recording:see') ? await recordings.list(viewer, params.id) : []
  const isWritten = found.state === 'draft' && found.may.includes('minutes:edit')
  return {
    meeting: { id: meeting.id, title: meeting.title },
    minutes: found,
    document: isWritten ? null : await minutes.document(viewer, params.id),
    seesHistory: meeting.may.includes('minutes:edit') || meeting.may.includes('minutes:approve'),
    recordings: made.filter((recording) => recording.state === 'ready'),
  }
}

const Seen = z.object({ version: z.coerce.number().int().min(0), docNumber: z.string().max(20).optional() })
type Seen = z.infer<typeof Seen>

/** An act on the version that the page shows: what changed in between is told as a conflict. */
async function act(
  { request, locals, params }: RequestEvent,
  run: (service: Minutes, viewer: ReturnType<typeof viewerIn>, id: string, seen: Seen) => Promise<unknown>,
) {
  const seen = Seen.safeParse(Object.fromEntries(await request.formData()))
  if (!seen.success) return fail(400, { error: { code: 'bad_request' as const } })
  return attempt(async () => {
    await run(services().minutes, viewerIn(locals), params.id, seen.data)
    return { isDone: true as const }
  }, {})
}

export const actions: Actions = {
  submit: (event) => act(event, (service, viewer, id, { version }) => service.submit(viewer, id, version)),
  recall: (event) => act(event, (service, viewer, id, { version }) => service.recall(viewer, id, version)),
  approve: (event) => act(event, (service, viewer, id, { version }) => service.approve(viewer, id, version)),
  number: (event) =>
    act(event, (service, viewer, id, { version, docNumber = '' }) =>
      service.number(viewer, id, { version, docNumber }),
    ),
  publish: (event) =>
    act(event, (service, viewer, id, { version, docNumber }) =>
      service.publish(viewer, id, version, docNumber || undefined),
    ),
  return: async ({ request, locals, params }) => {
    const note = z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .safeParse((await request.formData()).get('note'))
    if (!note.success) return fail(400, { error: { code: 'bad_request' as const } })
    return attempt(async () => {
      await services().minutes.returnToDraft(viewerIn(locals), params.id, note.data)
      return { isDone: true as const }
    }, {})
  },
}

import { fail, redirect } from '@sveltejs/kit'
import { z } from 'zod'
import { limits } from '#contract/limits.ts'
import { attempt } from '#web/server/appErrors.ts'
import { deleteRecording } from '#web/server/deleteRecording.ts'
import { keepRecording } from '#web/server/keepRecording.ts'
import { meetingPlaces } from '#web/server/meetingPlaces.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

const text = z.string().trim().min(1).max(limits.reason)
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

export const load: PageServerLoad = async ({ locals, params }) => {
  const viewer = viewerIn(locals)
  const { meetings, attendance, recordings } = services()
  const meeting = await meetings.get(viewer, params.id)
  const wasHeld = meeting.status === 'open' || meeting.status === 'ended'
  const [list, made] = await Promise.all([
    wasHeld && meeting.may.includes('attendance:see') ? attendance.list(viewer, meeting.id) : null,
    wasHeld && meeting.may.includes('recording:see') ? recordings.list(viewer, meeting.id) : null,
  ])
  const places = await meetingPlaces(viewer, meeting)
  return { meeting, places, attendance: list, recordings: made, nowMs: Date.now() }
}

export const actions: Actions = {
  respond: async ({ request, locals, params }) => {
    const form = Object.fromEntries(await request.formData())
    const parsed = z
      .discriminatedUnion('response', [
        z.object({ response: z.literal('accepted') }).transform((answer) => ({ ...answer, reason: '' })),
        z.object({ response: z.literal('declined'), reason: text }),
      ])
      .safeParse(form)
    if (!parsed.success) return fail(400, { invalid: ['reason'] })
    return attempt(async () => {
      await services().meetings.respond(viewerIn(locals), params.id, parsed.data)
      return { isDone: true }
    }, {})
  },
  cancel: async ({ request, locals, params }) => {
    const parsed = text.safeParse((await request.formData()).get('reason'))
    if (!parsed.success) return fail(400, { invalid: ['reason'] })
    return attempt(async () => {
      await services().meetings.cancel(viewerIn(locals), params.id, parsed.data)
      return { isDone: true }
    }, {})
  },
  delete: async ({ request, locals, params }) => {
    const isConfirmed = (await request.formData()).get('isConfirmed') === 'true'
    const failed = await attempt(
      () => services().meetings.delete(viewerIn(locals), params.id, { isConfirmed }),
      {},
    )
    if (failed) return failed
    redirect(303, '/meetings')
  },
  endCall: async ({ locals, params }) =>
    attempt(async () => {
      await services().meetings.endCall(viewerIn(locals), params.id)
      return { isDone: true }
    }, {}),
  reopenCall: async ({ locals, params }) =>
    attempt(async () => {
      await services().meetings.reopenCall(viewerIn(locals), params.id)
      return { isDone: true }
    }, {}),
  makeLink: async ({ request, locals, params }) => {
    const participantId = id.safeParse((await request.formData()).get('participantId'))
    if (!participantId.success) return fail(400, { invalid: ['participantId'] })
    return attempt(
      async () => ({
        link: await services().meetings.newJoinLink(viewerIn(locals), params.id, participantId.data),
      }),
      {},
    )
  },
  revokeLink: async ({ request, locals, params }) => {
    const participantId = id.safeParse((await request.formData()).get('participantId'))
    if (!participantId.success) return fail(400, { invalid: ['participantId'] })
    return attempt(async () => {
      await services().meetings.revokeJoinLink(viewerIn(locals), params.id, participantId.data)
      return { isDone: true }
    }, {})
  },
  retryRecording: async ({ request, locals }) => {
    const recordingId = id.safeParse((await request.formData()).get('recordingId'))
    if (!recordingId.success) return fail(400, { invalid: ['recordingId'] })
    return attempt(async () => {
      await services().recordings.retry(viewerIn(locals), recordingId.data)
      return { isDone: true }
    }, {})
  },
  keepRecording: async ({ request, locals }) => keepRecording(viewerIn(locals), await request.formData()),
  releaseRecording: async ({ request, locals }) => {
    const recordingId = id.safeParse((await request.formData()).get('recordingId'))
    if (!recordingId.success) return fail(400, { invalid: ['recordingId'] })
    return attempt(async () => {
      await services().recordings.release(viewerIn(locals), recordingId.data)
      return { isDone: true }
    }, {})
  },
  deleteRecording: async ({ request, locals }) => deleteRecording(viewerIn(locals), await request.formData()),
  createMinutes: async ({ locals, params }) => {
    const made = await attempt(() => services().minutes.createDraft(viewerIn(locals), params.id), {})
    if ('status' in made) return made
    redirect(303, `/meetings/${params.id}/minutes`)
  },
}

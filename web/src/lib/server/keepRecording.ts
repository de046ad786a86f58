import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { RecordingId } from '#contract/ids.ts'
import { limits } from '#contract/limits.ts'
import type { Viewer } from '#office/access.ts'
import { attempt } from './appErrors.ts'
import { services } from './services.ts'

const Reason = z.string().trim().min(1).max(limits.reason)

/** The action that keeps a recording from the rule: `recordingId` and `reason`. */
export async function keepRecording(viewer: Viewer, form: FormData) {
  const recordingId = RecordingId.safeParse(form.get('recordingId'))
  const reason = Reason.safeParse(form.get('reason'))
  if (!recordingId.success || !reason.success) return fail(400, { invalid: ['reason'] })
  return attempt(async () => {
    await services().recordings.keep(viewer, recordingId.data, { reason: reason.data })
    return { isDone: true }
  }, {})
}

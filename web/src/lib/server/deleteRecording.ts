import { fail } from '@sveltejs/kit'
import { RecordingId } from '#contract/ids.ts'
import type { Viewer } from '#office/access.ts'
import { attempt } from './appErrors.ts'
import { services } from './services.ts'

/** The action of `DeleteRecordingDialog`: `recordingId`, and `isConfirmed` once the word was typed. */
export async function deleteRecording(viewer: Viewer, form: FormData) {
  const recordingId = RecordingId.safeParse(form.get('recordingId'))
  if (!recordingId.success) return fail(400, { invalid: ['recordingId'] })
  return attempt(async () => {
    const isConfirmed = form.get('isConfirmed') === 'true'
    await services().recordings.delete(viewer, recordingId.data, { isConfirmed })
    return { isDone: true }
  }, {})
}

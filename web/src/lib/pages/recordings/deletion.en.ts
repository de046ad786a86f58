import type { DeletionMessages } from './deletion.vi.ts'

/** Deleting a recording by hand, in English. */
export const deletion: DeletionMessages = {
  act: 'Delete the recording',
  keep: 'Do not delete',
  text: 'Picture, sound and the raw data are deleted for good. Minutes and attendance stay.',
  done: 'The recording is being deleted.',
  of: (moment) => `Recording of ${moment}`,
  word: 'DELETE',
  type: 'Type DELETE to confirm',
  typeNeeded: 'Please type DELETE.',
}

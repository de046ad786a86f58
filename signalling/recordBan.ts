import { AppError } from '#contract/errors.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import type { CallStore } from './stores.ts'

/** How long to wait before the database is asked again. */
const retryMs = 500

/**
 * Puts a ban into the meeting's record, as soon as the database takes it: it is tried until the call is let go of.
 * @param options.timeoutMs how long the answer waits for it
 * @throws AppError storage_unavailable when it takes longer; it goes on all the same
 */
export async function recordBan(options: {
  store: CallStore
  meetingId: MeetingId
  participantId: ParticipantId
  timeoutMs: number
  isServing: () => boolean
}): Promise<void> {
  const work = untilRecorded(options)
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new AppError('storage_unavailable', 'not stored in time')),
    options.timeoutMs,
  )
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined) // told above, when in time
  }
}

async function untilRecorded(options: {
  store: CallStore
  meetingId: MeetingId
  participantId: ParticipantId
  isServing: () => boolean
}): Promise<void> {
  for (;;) {
    try {
      return await options.store.ban(options.meetingId, options.participantId)
    } catch (error) {
      if (!options.isServing() || !(error instanceof AppError)) throw error
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

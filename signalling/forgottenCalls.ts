import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import type { MeetingId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import type { SettingsReader } from '#contract/settings.ts'
import { noteForgottenCall, openMeetingsOverdue } from '#db/calls.ts'
import type { Database } from '#db/client.ts'
import type { JobKind, Jobs } from '#db/jobs.ts'
import type { SignallingServer } from './server.ts'

const endForgotten: JobKind<Record<string, never>> = {
  name: 'call.endForgotten',
  schema: z.strictObject({}),
  schedule: '*/5 * * * *',
  pollSeconds: 15,
}

/** What ending forgotten calls needs. */
export interface ForgottenCalls {
  database: Database
  settings: SettingsReader
  signalling: Pick<SignallingServer, 'endIfEmpty'>
  log: Log
}

/**
 * Ends calls that nobody ended: open long after their planned end, by the rule of that day, with nobody in them. One
 * that lives on another node is left to it; when nobody is there it is put away soon, and the next look finds it.
 * @returns those that were ended
 * @throws AppError storage_unavailable
 */
export async function endForgottenCalls(parts: ForgottenCalls, nowMs: number): Promise<MeetingId[]> {
  const { database, settings, signalling, log } = parts
  const history = await settings.history()
  const ended: MeetingId[] = []
  for (const { id, endsAtMs } of await openMeetingsOverdue(database, nowMs)) {
    if (nowMs < endsAtMs + history.at(endsAtMs).forgottenCallMinutes * 60_000) continue
    try {
      if (!(await signalling.endIfEmpty(id))) continue
      await noteForgottenCall(database, id, nowMs)
      ended.push(id)
      log.info('forgottenCallEnded', { meetingId: id })
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'storage_unavailable') throw error
      log.info('forgottenCallLeft', { meetingId: id, code: error.code })
    }
  }
  return ended
}

/** Looks every five minutes, in one of all processes. @throws AppError storage_unavailable */
export async function watchForgottenCalls(jobs: Jobs, parts: ForgottenCalls): Promise<() => Promise<void>> {
  return jobs.work(endForgotten, async () => void (await endForgottenCalls(parts, Date.now())))
}

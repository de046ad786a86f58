import { z } from 'zod'
import type { Log } from '#contract/log.ts'
import type { Database } from '#db/client.ts'
import type { JobKind, Jobs } from '#db/jobs.ts'
import {
  condemnDue,
  condemnedRecordings,
  recordingDeleted,
  setJournalBytes,
  unsettledRecordings,
} from '#db/recordingRetention.ts'
import type { RecordingStorage } from './storage.ts'

/** Every minute, so that what somebody deletes by hand is gone soon. */
const tidyRecordings: JobKind<Record<string, never>> = {
  name: 'recordings.tidy',
  schema: z.strictObject({}),
  schedule: '* * * * *',
  retryCount: 0,
}

interface Keeping {
  database: Database
  storage: RecordingStorage
  log: Log
  now?: () => number
}

/**
 * Measures what unfinished recordings hold, gives up what is due by the rule, and takes away the files of what was
 * given up. Whoever is killed in between leaves the recording given up: the next does the rest. Safe to repeat.
 * @throws AppError storage_unavailable
 */
export async function tidy({ database, storage, log, now = Date.now }: Keeping): Promise<void> {
  for (const { id, meetingId, journalBytes } of await unsettledRecordings(database)) {
    const bytes = await storage.journalBytes(meetingId, id)
    if (bytes !== journalBytes) await setJournalBytes(database, id, bytes)
  }
  const count = await condemnDue(database, now())
  if (count > 0) log.info('recordingsDue', { count })
  for (const { id, meetingId } of await condemnedRecordings(database)) {
    try {
      await storage.deleteAll(meetingId, id)
    } catch (error) {
      // One that cannot be deleted does not keep the others: it is tried again.
      log.error('recordingNotDeleted', { recordingId: id, error: String(error) })
      continue
    }
    await recordingDeleted(database, id, now())
    log.info('recordingDeleted', { recordingId: id })
  }
}

/** Does so in this process when it is its turn. @throws AppError storage_unavailable */
export async function keepRecordingsTidy(jobs: Jobs, parts: Keeping): Promise<void> {
  await jobs.work(tidyRecordings, () => tidy(parts))
}

import { z } from 'zod'
import type { JobKind, Jobs } from '#db/jobs.ts'
import type { Log } from '#contract/log.ts'
import type { Accounts } from './accounts.ts'

const endIdle: JobKind<Record<string, never>> = {
  name: 'sessions.endIdle',
  schema: z.strictObject({}),
  schedule: '* * * * *',
  pollSeconds: 15,
}

/** After a silence of this length nobody who was in a call could be noted: they are looked up within a minute. */
const silenceMs = 3 * 60_000

/**
 * Ends sessions that nobody uses any more, whether or not their pages ask: every minute, in one of all processes.
 * @throws AppError storage_unavailable
 */
export async function watchIdleSessions(
  jobs: Jobs,
  { accounts, log }: { accounts: Pick<Accounts, 'endIdle'>; log: Log },
): Promise<void> {
  let ranAtMs = -Infinity
  await jobs.work(endIdle, async () => {
    const isAfterSilence = performance.now() - ranAtMs > silenceMs
    ranAtMs = performance.now()
    if (isAfterSilence) return
    const count = await accounts.endIdle()
    if (count > 0) log.info('idleSessionsEnded', { count })
  })
}

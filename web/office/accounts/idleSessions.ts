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

/**
 * After the database was away, or this process was, whoever is in a call is looked up again, which notes it as a use:
 * every five seconds until it can be (`recheckAwayMs`). So long nobody is ended.
 */
const settlingMs = 60_000

/**
 * Ends sessions that nobody uses any more, whether or not their pages ask: every minute, in one of all processes.
 * @param steadyMs how long the database has answered this process without a break
 * @throws AppError storage_unavailable
 */
export async function watchIdleSessions(
  jobs: Pick<Jobs, 'work'>,
  { accounts, steadyMs, log }: { accounts: Pick<Accounts, 'endIdle'>; steadyMs: () => number; log: Log },
): Promise<void> {
  await jobs.work(endIdle, async () => {
    if (steadyMs() < settlingMs) return
    const count = await accounts.endIdle()
    if (count > 0) log.info('idleSessionsEnded', { count })
  })
}

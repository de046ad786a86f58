import { join } from 'node:path'
import { silentLog } from '#contract/log.ts'
import { prepareDatabase } from '#db/prepare.ts'
import { loadConfig } from './config.ts'

// `npm run db:prepare`: brings a PostgreSQL of the operator's own up to date as DATABASE_OWNER_URL, and gives the role of
// DATABASE_URL what the platform needs. Before each start of a new release, by whoever has the owner's password.
try {
  const { DATABASE_URL, DATABASE_OWNER_URL, root } = loadConfig(process.env)
  if (!DATABASE_URL || !DATABASE_OWNER_URL) throw new Error('set DATABASE_URL and DATABASE_OWNER_URL')
  const roles = { url: DATABASE_URL, ownerUrl: DATABASE_OWNER_URL }
  await prepareDatabase(roles, silentLog, join(root, 'prisma/migrations'))
  console.log('The database is up to date, and the platform’s role has its rights.')
} catch (error) {
  console.error(`The database is not prepared: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

import type { Bus } from '#contract/bus.ts'
import type { Log } from '#contract/log.ts'
import type { SettingsReader } from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import { createAccounts, type Accounts } from '#office/accounts/accounts.ts'
import { revocationTopic } from '#contract/revocation.ts'
import type { Config } from './config.ts'
import type { Secrets } from './secrets.ts'

/** Who is who, for pages and for sockets; what is revoked is told on the bus. */
export function openAccounts(parts: {
  config: Config
  secrets: Secrets
  database: Database
  bus: Bus
  settings: SettingsReader
  log: Log
}): Accounts {
  const { config, secrets, database, bus, settings, log } = parts
  return createAccounts({
    database,
    secret: secrets.signing[0],
    formerSecrets: secrets.signing.slice(1),
    factorKeys: secrets.factors,
    baseUrl: config.PUBLIC_URL ?? 'http://localhost',
    settings,
    log,
    administration: { addresses: config.ADMIN_ADDRESSES, hours: config.ADMIN_HOURS },
    onRevoked: (revocation) => bus.publish(revocationTopic, revocation),
  })
}

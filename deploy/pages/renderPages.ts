import { join } from 'node:path'
import type { Bus } from '#contract/bus.ts'
import type { Log } from '#contract/log.ts'
import { keptAuditHeads } from '#db/auditHeads.ts'
import type { Database } from '#db/client.ts'
import type { Settings } from '#db/settings.ts'
import { DiskStorage } from '#recorder/storage.ts'
import { loadPages, type PagesHandler } from '../../web/pages.ts'
import { lastBackupAtMs } from '../backup/lastBackup.ts'
import { openAccounts } from '../accounts.ts'
import type { NodeConfig } from '../config.ts'
import { createServices } from '#office/services.ts'
import type { Secrets } from '../secrets.ts'

/**
 * The web role, in whichever process: the office's services on one database and bus, and the built pages on top. Its
 * requests bear `clientHeaders`. Once a process: the pages reach the services by a global.
 */
export async function renderPages(parts: {
  config: NodeConfig
  secrets: Secrets
  database: Database
  bus: Bus
  settings: Settings
  log: Log
}): Promise<PagesHandler> {
  const { config, database, bus, settings, log } = parts
  const storage = new DiskStorage(join(config.DATA_DIR, 'recordings'))
  globalThis.diemCauServices = createServices({
    accounts: openAccounts(parts),
    database,
    storage,
    bus,
    settings,
    log,
    keptAuditHeads: () => keptAuditHeads(config.DATA_DIR),
    lastBackupAtMs: () => lastBackupAtMs(config.DATA_DIR),
  })
  return await loadPages()
}

import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { getPriority, hostname, setPriority } from 'node:os'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { AuditHeads } from '#db/auditHeads.ts'
import { openDatabase } from '#db/client.ts'
import { Settings } from '#db/settings.ts'
import { connectRedisBus } from '../bus/redisBus.ts'
import { connectSocketBus } from '../bus/socketBus.ts'
import { createLog } from '../log.ts'
import { auditKeys } from '../secrets.ts'
import { SyslogExport } from '../syslogExport.ts'
import { renderPages } from './renderPages.ts'
import { type FromPages, pagesAddress, type PagesSetup, type ToPages } from './pagesKeeper.ts'

// The process of the pages. Its only parent is `pagesKeeper.ts`, which carries the calls: it says what to open, and
// when to end. Without it this process ends by itself.

/** Longest end in good order once the parent is gone or has said so. */
const closeTimeoutMs = 5_000

/** Where processors are scarce, pages give way to calls. */
const niceness = 5
setPriority(Math.max(getPriority(), niceness))

let close: () => Promise<void> = () => Promise.resolve()
let isEnding = false

process.on('message', (message: ToPages) => {
  if (message.is === 'close') end()
  else if (message.is === 'ping') tell({ is: 'pong' })
  else
    open(message.setup).then(
      () => tell({ is: 'ready' }),
      (error: unknown) => {
        console.error('The pages did not start:', error)
        process.exit(1)
      },
    )
})
process.once('disconnect', end)
process.on('SIGTERM', end)
process.on('SIGINT', () => undefined) // from a terminal both get it: the parent says when

async function open({ config, secrets, databaseUrl, busPath, httpPath }: PagesSetup): Promise<void> {
  const log = createLog(config.LOG_LEVEL, { node: config.NODE_ID, process: 'pages' })
  process.on('unhandledRejection', (error) => {
    log.error('rejectionUnhandled', { error: error instanceof Error ? error.stack : String(error) })
  })
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics, prefix: 'diemcau_pages_' })
  const collector = config.AUDIT_SYSLOG
    ? new SyslogExport({
        url: config.AUDIT_SYSLOG,
        host: hostname(),
        log,
        metrics,
        name: 'diemcau_pages_audit_export',
      })
    : null
  let heads: AuditHeads | null = null
  const database = await openDatabase(databaseUrl, {
    log,
    auditKeys: auditKeys(config),
    onAudited: (rows) => {
      collector?.send(rows)
      heads?.follow(rows)
    },
  })
  heads = await AuditHeads.open({
    dataDir: config.DATA_DIR,
    name: `${config.NODE_ID}.pages`,
    database,
    log,
  })
  const bus = config.REDIS_URL
    ? await connectRedisBus({ url: config.REDIS_URL, log })
    : await connectSocketBus({ path: busPath, log })
  await bus.serve(pagesAddress(config.NODE_ID), () => metrics.metrics())
  const settings = await Settings.open({ database, bus, log })
  const pages = await renderPages({ config, secrets, database, bus, settings, log })
  // The parent holds connections open, and it alone judges what takes too long to be sent.
  const limits = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 32 * 1024 }
  const server = createServer(limits, (req, res) => pages(req, res))
  await rm(httpPath, { force: true }) // of the process before
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(httpPath, resolve)
  })
  await chmod(httpPath, 0o600)
  close = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeIdleConnections()
    })
    await settings.close()
    await bus.close()
    await heads.close()
    await database.close()
    await collector?.close()
  }
}

function end(): void {
  if (isEnding) return
  isEnding = true
  setTimeout(() => process.exit(1), closeTimeoutMs)
  close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error('The pages did not end in good order:', error)
      process.exit(1)
    },
  )
}

function tell(message: FromPages): void {
  process.send?.(message)
}

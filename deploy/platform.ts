import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import { NodeId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import { AuditHeads } from '#db/auditHeads.ts'
import { keyAudit, keyAuditAnew } from '#db/auditProof.ts'
import { openDatabase, type Database } from '#db/client.ts'
import { startEmbeddedPostgres } from '#db/embedded.ts'
import { keepHouse } from '#db/housekeeping.ts'
import { Jobs } from '#db/jobs.ts'
import { checkKeys, noteKey } from '#db/keyChecks.ts'
import { hasOtherLiveNode, liveNodes, startHeartbeat } from '#db/nodes.ts'
import { type DatabaseRoles, mayTamper, prepareDatabase } from '#db/prepare.ts'
import { type SampleCredentials, seedSample } from '#db/seedSample.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { Settings } from '#db/settings.ts'
import { concernedBy, standingIn } from '#db/standing.ts'
import { keepRecordingsTidy } from '#recorder/retention.ts'
import { startRecorder } from '#recorder/server.ts'
import { DiskStorage } from '#recorder/storage.ts'
import { standardSfuConfig } from '#sfu/config.ts'
import { createRemoteEngine } from '#sfu/remoteEngine.ts'
import { openSecondWay, secondWayHandler, secondWayKeys } from '#sfu/secondWay.ts'
import { startSfu, type SfuServer } from '#sfu/server.ts'
import { watchForgottenCalls } from '#signalling/forgottenCalls.ts'
import { startSignalling, type SignallingServer } from '#signalling/server.ts'
import { hashPassword } from '#office/accounts/accountsAuth.ts'
import { watchIdleSessions } from '#office/accounts/idleSessions.ts'
import { addressOf, clientHeaders, type PagesHandler } from '../web/pages.ts'
import { openAccounts } from './accounts.ts'
import { MemoryBus } from './bus/memoryBus.ts'
import { connectRedisBus } from './bus/redisBus.ts'
import { type Config, type NodeConfig, type Role, roles } from './config.ts'
import { homeOf, ConnectionHomes } from './homes.ts'
import { startHttp } from './http.ts'
import { PagesApart } from './pages/pagesApart.ts'
import {
  auditKeys,
  foreignAuditKey,
  foreignFactorKeys,
  type Secrets,
  secretsOf,
  signingSecrets,
} from './secrets.ts'
import { SyslogExport } from './syslogExport.ts'

/** A running platform, whatever roles it has. */
export interface Platform {
  /** What people type. */
  url: string
  port: number
  databaseUrl: string
  /** The one-time link that makes the first administrator; null when there is one, or without the web role. */
  firstSetupUrl: string | null
  /** How to sign in as the people that `SAMPLE_DATA` has just invented; null when nobody was. */
  sample: SampleCredentials[] | null
  /** Finalises recordings, tells pages to come back, and ends. Idempotent. */
  close(): Promise<void>
}

/** A part that runs in this process: closed in the reverse of the order in which it was started. */
interface Part {
  name: string
  close(): Promise<void>
}

/**
 * Composes the roles that `config.ROLES` names; the one place that knows topology and media engine.
 * Everything that crosses roles goes over the bus, in one process too.
 * @param say tells the operator what is being done.
 */
export async function startPlatform(
  config: NodeConfig,
  log: Log,
  say: (line: string) => void,
): Promise<Platform> {
  const parts: Part[] = []
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeAll(parts, log))
  try {
    return { ...(await compose(config, log, say, parts)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function compose(
  config: NodeConfig,
  log: Log,
  say: (line: string) => void,
  parts: Part[],
): Promise<Omit<Platform, 'close'>> {
  const has = (role: Role) => config.ROLES.includes(role)
  const nodeId = NodeId.parse(config.NODE_ID)
  const keep = <T extends { close(): Promise<void> }>(name: string, part: T): T => {
    parts.push({ name, close: () => part.close() })
    return part
  }
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  parts.push({ name: 'metrics', close: () => Promise.resolve(metrics.clear()) })
  mkdirSync(config.DATA_DIR, { recursive: true })
  // before anything is started: a secret that is none stops the start
  const secrets = has('web') || has('signalling') ? secretsOf(config) : null
  const keys = auditKeys(config)
  // A bus of this process's own is never away.
  const mediaKeys =
    config.REDIS_URL && (has('signalling') || has('sfu')) ? secondWayKeys(signingSecrets(config)) : null
  // No page is rendered on the event loop that carries calls. Begun first: it loads its code meanwhile.
  const pagesApart = has('web') && config.ROLES.length > 1 ? keep('pages', new PagesApart(config, log)) : null

  const collector = config.AUDIT_SYSLOG
    ? keep(
        'auditExport',
        new SyslogExport({
          url: config.AUDIT_SYSLOG,
          host: hostname(),
          log,
          metrics,
          name: 'diemcau_audit_export',
        }),
      )
    : null
  const databaseRoles = await rolesOf(config, log, say, parts)
  const databaseUrl = databaseRoles.url
  say('Bringing the database up to date')
  await prepareDatabase(databaseRoles, log, join(config.root, 'prisma/migrations'))
  let heads: AuditHeads | null = null
  const database = keep(
    'database',
    await openDatabase(databaseUrl, {
      log,
      auditKeys: keys,
      onAudited: (rows) => {
        collector?.send(rows)
        heads?.follow(rows)
      },
    }),
  )
  if (await mayTamper(database.pool)) log.warn('databaseRoleMayTamper')
  heads = keep('auditHeads', await AuditHeads.open({ dataDir: config.DATA_DIR, name: nodeId, database, log }))
  const isOneOfSeveral = config.ROLES.length < roles.length || (await hasOtherLiveNode(database, nodeId))
  if (!(await keyAudit(database))) {
    if (isOneOfSeveral) throw foreignAuditKey(keys)
    log.warn('auditKeysLost', { keyId: keys.current.id })
    await keyAuditAnew(database)
  }
  if (secrets !== null) {
    const factorKeys = [...secrets.factors, ...secrets.signing]
    if (!(await checkKeys(database, 'factors', factorKeys))) {
      if (isOneOfSeveral) throw foreignFactorKeys()
      log.warn('factorKeysLost')
      await noteKey(database, 'factors', factorKeys)
    }
  }
  await seedUnits(database)
  const sample =
    config.SAMPLE_DATA && has('web') ? await seedSample(database, { hashPassword, nowMs: Date.now() }) : null
  const bus = keep('bus', await connectBus(config, log))
  const jobs = keep('jobs', await Jobs.start({ database, log, metrics }))
  await keepHouse(jobs, database, log, config.DATA_DIR)
  const settings = keep('settings', await Settings.open({ database, bus, log }))

  const openedPages =
    has('web') && secrets !== null
      ? openPages({ config, secrets, databaseUrl, database, bus, settings, log, metrics }, pagesApart)
      : null
  openedPages?.catch(() => undefined) // awaited below, unless another part fails before
  if (pagesApart) keep('pages', pagesApart) // closed before what they stand on, and again, to no effect, at the end

  const loads: (() => number)[] = []
  const checks: Record<string, () => boolean> = { bus: () => bus.isReady() }
  if (pagesApart) checks['pages'] = () => pagesApart.isReady()

  let sfu: SfuServer | null = null
  if (has('sfu')) {
    say('Starting the media workers')
    const started = keep('sfu', await startSfu({ nodeId, bus, config: sfuConfig(config), log, metrics }))
    sfu = started
    loads.push(() => started.load())
    checks['sfu'] = () => started.isReady()
  }
  if (has('recorder')) {
    const storage = new DiskStorage(join(config.DATA_DIR, 'recordings'))
    const recorder = keep(
      'recorder',
      await startRecorder({
        nodeId,
        bus,
        database,
        jobs,
        storage,
        ffmpeg: config.FFMPEG_PATH,
        config: { reserveBytes: config.RECORDING_RESERVE_MB * 1024 * 1024 },
        log,
        metrics,
      }),
    )
    await keepRecordingsTidy(jobs, { database, storage, log })
    loads.push(() => recorder.load())
    checks['recorder'] = () => recorder.isReady()
  }
  let signalling: SignallingServer | null = null
  const accounts = secrets === null ? null : openAccounts({ config, secrets, database, bus, settings, log })
  if (has('web')) await accounts?.secondFactors.renewKeys()
  if (has('signalling') && accounts) {
    const engine = keep(
      'engine',
      createRemoteEngine({
        bus,
        liveSfuNodes: () => liveNodes(database, 'sfu'),
        secondWay: mediaKeys && openSecondWay(mediaKeys),
        log,
      }),
    )
    const { viewerOf } = accounts
    signalling = keep(
      'signalling',
      await startSignalling({
        nodeId,
        bus,
        engine,
        principals: {
          resolve: (headers, isInCall) => viewerOf(headers, undefined, isInCall ? 'call' : 'none'),
          standingIn: (principal, meetingId) => standingIn(database, principal, meetingId),
          concernedBy: (meetingId, found) => concernedBy(database, meetingId, found),
        },
        addressOf: (request) => addressOf(request, { trustsProxy: config.TRUST_PROXY }),
        database,
        rules: settings,
        log,
        metrics,
        settings: {
          seatGraceMs: config.SEAT_SECONDS * 1000,
          leaseTtlMs: config.LEASE_SECONDS * 1000,
          allowedOrigins: config.PUBLIC_URL ? [new URL(config.PUBLIC_URL).origin] : [],
        },
      }),
    )
    await watchForgottenCalls(jobs, { database, settings, signalling, log })
    loads.push(() => signalling?.load() ?? 0)
    checks['signalling'] = () => signalling?.isReady() ?? false
  }
  const pages = await openedPages
  const sockets = createServer() // never listens: upgrades and polls are handed to it
  const connectionHomes = new ConnectionHomes(database)
  signalling?.attach(sockets)
  const http = await startHttp(
    {
      web: pages,
      signalling: signalling ? { server: sockets, nodeId } : null,
      media:
        sfu && mediaKeys ? secondWayHandler({ nodeId, keys: mediaKeys, server: sfu.secondWay, log }) : null,
      homeOf: (meetingId) => homeOf(database, meetingId),
      homeOfConnection: (connectionName) => connectionHomes.homeOf(connectionName),
      readiness: () => readiness(database, checks),
      metrics: {
        contentType: metrics.contentType,
        text: async () => (await metrics.metrics()) + ((await pagesApart?.metrics()) ?? ''),
      },
      metricsToken: config.METRICS_TOKEN,
      log,
    },
    config.HOST,
    config.PORT,
  )
  keep('http', http)
  // Closed before the HTTP server, and again, to no effect, in its own turn.
  if (signalling) keep('calls', signalling)
  const heartbeat = await startHeartbeat({
    database,
    nodeId,
    roles: config.ROLES,
    url: addressOfNode(config, http.port),
    load: () => loads.reduce((sum, load) => sum + load(), 0),
    log,
    everyMs: Math.min(1500, config.LEASE_SECONDS * 250),
  })
  parts.push({ name: 'heartbeat', close: () => heartbeat.stop() })
  if (accounts) await watchIdleSessions(jobs, { accounts, steadyMs: () => heartbeat.steadyMs(), log })
  const url = config.PUBLIC_URL ?? `http://localhost:${http.port}`
  const firstLink = has('web') ? await accounts?.firstAdministratorLink() : null
  const { pathname, hash } = new URL(firstLink ?? url)
  const firstSetupUrl = firstLink ? new URL(pathname + hash, url).href : null
  return { url, port: http.port, databaseUrl, firstSetupUrl, sample }
}

/** Where other nodes reach this one's HTTP server; empty when none asks for it. */
function addressOfNode({ ROLES, SIGNALLING_URL, SFU_URL }: Config, port: number): string {
  const isSignalling = ROLES.includes('signalling')
  if (!isSignalling && !ROLES.includes('sfu')) return ''
  return (isSignalling ? SIGNALLING_URL : undefined) ?? SFU_URL ?? `http://127.0.0.1:${port}`
}

/** What answers requests for pages: those of another process, or ours when this process has nothing else to do. */
async function openPages(
  parts: {
    config: NodeConfig
    secrets: Secrets
    databaseUrl: string
    database: Database
    bus: Bus
    settings: Settings
    log: Log
    metrics: Registry
  },
  apart: PagesApart | null,
): Promise<PagesHandler> {
  const trust = { trustsProxy: parts.config.TRUST_PROXY }
  if (apart) {
    apart.count(parts.metrics)
    await apart.open({ ...parts, trust })
    return (req, res) => apart.handle(req, res)
  }
  const { renderPages } = await import('./pages/renderPages.ts') // loaded only where pages are rendered
  const render = await renderPages(parts)
  return (req, res, next) => {
    Object.assign(req.headers, clientHeaders(req, trust))
    render(req, res, next)
  }
}

async function readiness(
  database: Database,
  checks: Record<string, () => boolean>,
): Promise<Record<string, boolean>> {
  const isDatabaseReady = await database.ping().then(
    () => true,
    () => false,
  )
  return {
    database: isDatabaseReady,
    ...Object.fromEntries(Object.entries(checks).map(([name, ok]) => [name, ok()])),
  }
}

/** As whom the database is used; the embedded one is started for it. */
async function rolesOf(
  config: Config,
  log: Log,
  say: (line: string) => void,
  parts: Part[],
): Promise<DatabaseRoles> {
  if (config.DATABASE_URL) return { url: config.DATABASE_URL, ownerUrl: config.DATABASE_OWNER_URL ?? null }
  say('Starting the embedded database')
  const postgres = await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log })
  parts.push({ name: 'postgres', close: () => postgres.stop() })
  return postgres
}

async function connectBus(config: Config, log: Log): Promise<Bus> {
  return config.REDIS_URL ? await connectRedisBus({ url: config.REDIS_URL, log }) : new MemoryBus({ log })
}

function sfuConfig(config: Config) {
  return {
    ...standardSfuConfig,
    engine: config.MEDIA_ENGINE,
    workers: config.MEDIA_WORKERS ?? Math.min(4, availableParallelism()),
    mediaPort: config.MEDIA_PORT,
    listenAddress: config.MEDIA_LISTEN,
    announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS ?? null,
    tapHost: config.TAP_HOST,
    tapPort: config.TAP_PORT,
    tapAnnouncedHost: config.TAP_ANNOUNCED_HOST ?? null,
    workerBin: config.MEDIASOUP_WORKER_BIN ?? null,
  }
}

/** In reverse order, so that what others stand on ends last; one part's failure does not keep the others. */
async function closeAll(parts: Part[], log: Log): Promise<void> {
  for (const part of parts.splice(0).reverse()) {
    await part
      .close()
      .catch((error: unknown) => log.error('partNotClosed', { part: part.name, error: String(error) }))
  }
}

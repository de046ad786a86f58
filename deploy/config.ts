import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { ShippedEngine } from '#contract/media.ts'
import { isNetwork } from '#office/accounts/administrationLimits.ts'
import { ConfigError } from './configError.ts'
import { minAuthSecretLength, secretFault } from './secretFault.ts'

/** Whether what is printed goes into systemd's journal, which keeps it and may send it elsewhere. */
export function isJournalled(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['JOURNAL_STREAM'])
}

export const roles = ['web', 'signalling', 'sfu', 'recorder'] as const
export type Role = (typeof roles)[number]

/** Text that an operator may leave empty, as compose files do. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
const port = z.coerce.number().int().min(0).max(65535)
const flag = z
  .enum(['0', '1', 'true', 'false', 'yes', 'no'])
  .transform((v) => ['1', 'true', 'yes'].includes(v))

const secret = (minLength: number) =>
  z.string().check((ctx) => {
    const fault = secretFault(ctx.value, minLength)
    if (fault !== null) ctx.issues.push({ code: 'custom', message: `it ${fault}`, input: ctx.value })
  })

/** With commas, the newest last. */
const secrets = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(secret(minAuthSecretLength)).min(1))

/** An address of a host alone. Under a path, sockets and links would lead to the host's root. */
const hostUrl = (protocol: RegExp) =>
  z.url({ protocol }).refine((text) => {
    const url = URL.parse(text)
    return url !== null && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  }, 'a host of its own is needed: protocol, name and port, without a path or anything after it')

interface Setting {
  schema: z.ZodType
  /** As the configuration table shows it; also what applies when the variable is not set. */
  standard: string
  about: string
}

const setting = <T extends z.ZodType>(schema: T, standard: string, about: string) => ({
  schema,
  standard,
  about,
})

/** Every variable that the platform reads, its default and what it does. README's table is made from this. */
export const settings = {
  PORT: setting(port.default(3000), '3000', 'HTTP port for pages and signalling; 0 picks a free one'),
  HOST: setting(z.string().default('0.0.0.0'), '0.0.0.0', 'Address the HTTP server listens on'),
  PUBLIC_URL: setting(
    optional(hostUrl(/^https?$/)),
    'http://localhost:PORT',
    'What people type, without a path; https here makes cookies Secure',
  ),
  TRUST_PROXY: setting(
    flag.default(false),
    '0',
    '1 behind a reverse proxy of yours: X-Forwarded-For and -Proto are believed',
  ),
  DATA_DIR: setting(z.string().default('./data'), './data', 'Embedded database, recordings, secrets'),
  DATABASE_URL: setting(
    optional(z.url({ protocol: /^postgres(ql)?$/ })),
    'embedded PostgreSQL',
    'PostgreSQL 14 or newer: postgresql://user:password@host/database',
  ),
  DATABASE_OWNER_URL: setting(
    optional(z.url({ protocol: /^postgres(ql)?$/ })),
    'DATABASE_URL',
    'The same database as the role that owns its tables, for db:prepare and restore; keep it from the running platform',
  ),
  REDIS_URL: setting(
    optional(z.url({ protocol: /^rediss?$/ })),
    'a bus of its own',
    'Redis for the bus between nodes: redis://host:6379',
  ),
  ROLES: setting(
    z
      .string()
      .default(roles.join(','))
      .transform((v) => v.split(',').map((r) => r.trim()))
      .pipe(z.array(z.enum(roles)).min(1)),
    roles.join(','),
    'What this process does; less than all four needs DATABASE_URL and REDIS_URL',
  ),
  NODE_ID: setting(
    optional(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)),
    'made at first start, in DATA_DIR',
    'Lasting name of this process among the others; two of one name on one DATA_DIR do not start',
  ),
  SIGNALLING_URL: setting(
    optional(hostUrl(/^http$/)),
    'http://127.0.0.1:PORT',
    "Where web nodes reach this node's signalling",
  ),
  SFU_URL: setting(
    optional(hostUrl(/^http$/)),
    'http://127.0.0.1:PORT',
    'Where signalling nodes reach this media node while Redis does not answer; SIGNALLING_URL where that is set',
  ),
  MEDIA_ENGINE: setting(
    ShippedEngine.default('mediasoup'),
    'mediasoup',
    'What this node opens rooms with; fake carries no media, for tests',
  ),
  MEDIA_WORKERS: setting(
    optional(z.coerce.number().int().min(1).max(64)),
    'cores, at most 4',
    'mediasoup workers; each listens on one UDP and TCP port',
  ),
  MEDIA_PORT: setting(
    port.default(44300),
    '44300',
    'First media port (UDP and TCP); worker n uses MEDIA_PORT + n; 0 picks free ones',
  ),
  MEDIA_LISTEN: setting(z.string().default('0.0.0.0'), '0.0.0.0', 'Address the media ports listen on'),
  MEDIA_ANNOUNCED_ADDRESS: setting(
    optional(z.string()),
    "this machine's addresses",
    'Address (or host name) that browsers send media to; several with commas',
  ),
  MEDIASOUP_WORKER_BIN: setting(optional(z.string()), 'made by the set-up', 'Path of the media worker'),
  TAP_HOST: setting(
    z.string().default('127.0.0.1'),
    '127.0.0.1',
    'Address on which the SFU hands tracks to recorders',
  ),
  TAP_ANNOUNCED_HOST: setting(optional(z.string()), 'TAP_HOST', 'Address under which recorders reach it'),
  TAP_PORT: setting(port.default(0), '0', 'Port of the same; 0 picks a free one'),
  FFMPEG_PATH: setting(optional(z.string()), 'found by the set-up', 'ffmpeg, for composing recordings'),
  RECORDING_RESERVE_MB: setting(
    z.coerce.number().int().min(0).default(512),
    '512',
    'Recording stops in good order when less disk than this is free',
  ),
  SAMPLE_DATA: setting(
    flag.default(false),
    '0',
    '1 fills an empty database with invented people and meetings',
  ),
  AUTH_SECRET: setting(
    optional(secrets),
    'made at first start, in DATA_DIR',
    'Signs cookies, and what nodes ask of media beside Redis; while one takes the place of another both, with a comma, the newest last; the same on all web, signalling and sfu nodes',
  ),
  FACTOR_KEYS: setting(
    optional(secrets),
    'made at first start, in DATA_DIR; AUTH_SECRET where that is set',
    'Encrypt second factors, with commas, the newest last; the same on all web and signalling nodes',
  ),
  AUDIT_KEYS: setting(
    optional(secrets),
    'made at first start, in DATA_DIR',
    'Secrets that chain the audit log, with commas, the newest last; the same on all nodes',
  ),
  AUDIT_SYSLOG: setting(
    optional(z.url({ protocol: /^(udp|tcp|tls)$/ })),
    'nobody is told',
    'Collector that is told what the audit log has (RFC 5424): udp://, tcp:// or tls://host:port',
  ),
  ADMIN_ADDRESSES: setting(
    optional(
      z
        .string()
        .transform((text) => text.split(',').map((one) => one.trim()))
        .refine((list) => list.every(isNetwork), 'addresses or networks are needed: 10.1.0.0/16,192.0.2.7'),
    ),
    'everywhere',
    'From where administrators may administer: addresses and networks (CIDR) with commas',
  ),
  ADMIN_HOURS: setting(
    optional(
      z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'as 07:00-19:00, in Hanoi’s time')
        .transform((text) => ({ from: text.slice(0, 5), to: text.slice(6) })),
    ),
    'always',
    'When they may, in Hanoi’s time: 07:00-19:00',
  ),
  SEAT_SECONDS: setting(
    z.coerce.number().int().min(1).max(3600).default(60),
    '60',
    'How long the seat of a lost connection is kept',
  ),
  LEASE_SECONDS: setting(
    z.coerce.number().min(0.5).max(60).default(6),
    '6',
    'After how long without a sign of life a node loses its meetings to another',
  ),
  METRICS_TOKEN: setting(
    optional(secret(16)),
    'loopback only',
    'Bearer token for /metrics; without one only this machine may read them',
  ),
  LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    'info',
    'Least severity that is logged',
  ),
} as const satisfies Record<string, Setting>

/** Settings that hold a secret or a password: what is wrong with them is told, never what they are. */
const secretSettings: ReadonlySet<string> = new Set([
  'AUTH_SECRET',
  'FACTOR_KEYS',
  'AUDIT_KEYS',
  'METRICS_TOKEN',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'REDIS_URL',
])

type Values = { [K in keyof typeof settings]: z.infer<(typeof settings)[K]['schema']> }

/** Settings as the platform uses them. */
export interface Config extends Omit<Values, 'ROLES' | 'FFMPEG_PATH'> {
  ROLES: readonly Role[]
  FFMPEG_PATH: string
  /** The checkout: where `web/build` and `prisma/migrations` are. */
  root: string
}

/** Settings of a process that has its name. */
export interface NodeConfig extends Config {
  NODE_ID: string
}

/**
 * Parses the environment, the only reader of it. Paths come out absolute.
 * @throws ConfigError naming each wrong variable.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  root = resolve(import.meta.dirname, '..'),
): Config {
  const shape = Object.fromEntries(Object.entries(settings).map(([name, s]) => [name, s.schema]))
  const parsed = z.object(shape).safeParse(env)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((i) => {
      const name = String(i.path[0])
      return `${name}=${secretSettings.has(name) ? '…' : JSON.stringify(env[name])}: ${i.message}`
    })
    throw new ConfigError(`Wrong settings:\n  ${lines.join('\n  ')}`)
  }
  const values = parsed.data as Values // the schema above is made of the same settings
  const found = foundBySetup(root)
  const config: Config = {
    ...values,
    root,
    ROLES: [...new Set(values.ROLES)],
    DATA_DIR: resolve(values.DATA_DIR),
    MEDIASOUP_WORKER_BIN: values.MEDIASOUP_WORKER_BIN ?? found.mediasoupWorker,
    FFMPEG_PATH: values.FFMPEG_PATH ?? found.ffmpeg ?? 'ffmpeg',
  }
  if (config.DATABASE_OWNER_URL && !config.DATABASE_URL) {
    throw new ConfigError(
      'Wrong settings:\n  DATABASE_URL is missing: DATABASE_OWNER_URL owns what the platform uses as that role',
    )
  }
  if (config.ROLES.length < roles.length) {
    for (const name of ['DATABASE_URL', 'REDIS_URL'] as const) {
      if (!config[name]) {
        throw new ConfigError(
          `Wrong settings:\n  ${name} is missing: ROLES=${config.ROLES.join(',')} leaves roles to other processes, which share a database and a bus`,
        )
      }
    }
  }
  return config
}

const SetupResult = z.object({
  mediasoupWorker: z.string().optional(),
  ffmpeg: z.string().optional(),
  chromium: z.string().optional(),
})

/** What `deploy/setup` found or built on this machine. */
export function foundBySetup(root = resolve(import.meta.dirname, '..')): z.infer<typeof SetupResult> {
  const path = resolve(root, '.cache/setup.json')
  return existsSync(path) ? SetupResult.parse(JSON.parse(readFileSync(path, 'utf8'))) : {}
}

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AuditKeys } from '#db/auditKeys.ts'
import { ConfigError } from './configError.ts'
import { minAuthSecretLength, secretFault } from './secretFault.ts'

/** What web and signalling nodes share; of each kind the newest first, which is the one that is used. */
export interface Secrets {
  /** Sign cookies; those after the first are believed. */
  signing: readonly [string, ...string[]]
  /** Encrypt second factors; those after the first are read. */
  factors: readonly string[]
}

interface SecretSettings {
  AUTH_SECRET?: readonly string[] | undefined
  FACTOR_KEYS?: readonly string[] | undefined
  DATA_DIR: string
}

/**
 * The secrets that sign cookies and encrypt second factors: the settings, or those in the data folder, of which the
 * first is made at the first start. Lines that are added to these files take over at the next start.
 * @throws ConfigError when what is kept there is no secret
 */
export function secretsOf({ AUTH_SECRET, FACTOR_KEYS, DATA_DIR }: SecretSettings): Secrets {
  const signing = signingSecrets({ AUTH_SECRET, DATA_DIR })
  const file = join(DATA_DIR, 'factor-keys')
  const isOwn = AUTH_SECRET === undefined || existsSync(file)
  const factors = FACTOR_KEYS ?? (isOwn ? keptSecrets('FACTOR_KEYS', file, setsUp) : [])
  return { signing, factors: factors.toReversed() }
}

/**
 * Those that sign alone, the newest first: all that a media node needs of them, to know the nodes that share them.
 * @throws ConfigError when what is kept there is no secret
 */
export function signingSecrets({
  AUTH_SECRET,
  DATA_DIR,
}: Pick<SecretSettings, 'AUTH_SECRET' | 'DATA_DIR'>): Secrets['signing'] {
  const signing = AUTH_SECRET ?? keptSecrets('AUTH_SECRET', join(DATA_DIR, 'auth-secret'), signsIn)
  const [newest = '', ...former] = signing.toReversed()
  return [newest, ...former]
}
const signsIn = 'the next start makes a new one, and everybody signs in again'
const setsUp = 'the next start makes a new one, and second factors have to be reset and set up anew'

/**
 * The secrets that chain the audit log, the newest last: the setting, or those in the data folder, of which the first
 * is made at the first start. Lines that are added to that file are keys from the next start on.
 * @throws ConfigError when what is kept there is no secret
 */
export function auditKeys(config: {
  AUDIT_KEYS?: readonly string[] | undefined
  DATA_DIR: string
}): AuditKeys {
  const loss = 'the next start makes a new one, and what the old one proved is proved no more'
  return new AuditKeys(
    config.AUDIT_KEYS ?? keptSecrets('AUDIT_KEYS', join(config.DATA_DIR, 'audit-keys'), loss),
  )
}

/** What stops a node that would chain the audit log with a key that the others do not have. */
export function foreignAuditKey(keys: AuditKeys): ConfigError {
  return new ConfigError(
    `AUDIT_KEYS: the audit log of this database was chained with a key that this node does not have (its own is ${keys.current.id}).\n` +
      'To mend it: give every node the same AUDIT_KEYS, or the same DATA_DIR; where the keys are lost for good, run npm run audit:verify -- --keys-lost once.',
  )
}

/** What stops a node that would read and write second factors with keys that the others do not have. */
export function foreignFactorKeys(): ConfigError {
  return new ConfigError(
    'FACTOR_KEYS: second factors of this database are encrypted with a key that this node does not have.\n' +
      'To mend it: give every node the same FACTOR_KEYS (where it is not set: AUTH_SECRET), or the same DATA_DIR; a new key is added ' +
      'beside the old one on every node before the old one goes. Where the keys are lost for good, stop all nodes and run ' +
      "DELETE FROM key_check WHERE name = 'factors' once: whoever has an app then sets it up anew.",
  )
}

/**
 * The secrets of a file of ours, one a line, which is made with one when there is none. A file that is there is taken
 * or refused, never replaced: it may be the only copy.
 * @param setting the variable that would take its place
 * @param loss what comes of removing it
 * @throws ConfigError naming the file, its fault and the cure: it cannot be read, others may reach it, or it is
 * short, cut off or easily guessed
 */
function keptSecrets(setting: string, path: string, loss: string): string[] {
  if (!existsSync(path)) writeWhole(path, `${randomBytes(32).toString('base64url')}\n`, putUnlessThere)
  const text = readOwn(setting, path)
  const whole = text.replace(/\r?\n$/, '')
  const secrets = whole.split(/\r?\n/)
  const faults = secrets.map((one) => secretFault(one, minAuthSecretLength))
  const fault =
    faults.find((one) => one !== null) ??
    (whole === text ? 'may be half written: its line does not end (a whole one: echo >> the file)' : null)
  if (fault === null) return secrets
  throw refusal(setting, path, fault, `put the right one back from a backup, or remove the file (${loss})`)
}

/** A secret's file, which only its owner may reach. */
function readOwn(setting: string, path: string): string {
  try {
    const { mode } = statSync(path)
    if ((mode & 0o077) === 0) return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refusal(setting, path, `cannot be read (${why})`, `let this account read it, or move it away`)
  }
  throw refusal(
    setting,
    path,
    'may be read or written by others',
    `chmod 600 ${path} (and remove it, if somebody may have read it: the next start makes a new one)`,
  )
}

function refusal(setting: string, path: string, fault: string, cure: string): ConfigError {
  return new ConfigError(
    `The secret in ${path} ${fault}.\nTo mend it: ${cure}; or set ${setting}, which takes its place.`,
  )
}

/** Writes a file that only its owner can read; whole or not at all, also when the power goes. */
export function writePrivate(path: string, text: string): void {
  writeWhole(path, text, renameSync)
}

/** Adds to a file of `writePrivate`, or makes it. */
export function appendPrivate(path: string, text: string): void {
  writePrivate(path, (existsSync(path) ? readFileSync(path, 'utf8') : '') + text)
}

/** Writes beside `path`, and puts it in its place once it is on the disk. */
function writeWhole(path: string, text: string, put: (part: string, path: string) => void): void {
  mkdirSync(dirname(path), { recursive: true })
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    writeFileSync(part, text, { mode: 0o600, flag: 'wx', flush: true })
    put(part, path)
  } finally {
    rmSync(part, { force: true })
  }
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** Leaves one that another process has just made: both then use it. */
function putUnlessThere(part: string, path: string): void {
  try {
    linkSync(part, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

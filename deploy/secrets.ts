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

/**
 * The secret that signs cookies: the setting, or one made at the first start and kept in the data folder.
 * @throws ConfigError when what is kept there is no secret
 */
export function authSecret(setting: string | undefined, dataDir: string): string {
  const signsIn =
    'the next start makes a new one, everybody signs in again, and second factors have to be reset and set up anew'
  return setting ?? keptSecret('AUTH_SECRET', join(dataDir, 'auth-secret'), signsIn)
}

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
    config.AUDIT_KEYS ??
      keptSecret('AUDIT_KEYS', join(config.DATA_DIR, 'audit-keys'), loss, /\r?\n/).split(/\r?\n/),
  )
}

/** What stops a node that would chain the audit log with a key that the others do not have. */
export function foreignAuditKey(keys: AuditKeys): ConfigError {
  return new ConfigError(
    `AUDIT_KEYS: the audit log of this database was chained with a key that this node does not have (its own is ${keys.current.id}).\n` +
      'To mend it: give every node the same AUDIT_KEYS, or the same DATA_DIR; where the keys are lost for good, run npm run audit:verify -- --keys-lost once.',
  )
}

/**
 * The secret of a file of ours, which is made when there is none. A file that is there is taken or refused, never
 * replaced: it may be the only copy.
 * @param setting the variable that would take its place
 * @param loss what comes of removing it
 * @param between what stands between secrets, in a file of several
 * @throws ConfigError naming the file, its fault and the cure: it cannot be read, others may reach it, or it is
 * short, cut off or easily guessed
 */
function keptSecret(setting: string, path: string, loss: string, between?: RegExp): string {
  if (!existsSync(path)) writeWhole(path, `${randomBytes(32).toString('base64url')}\n`, putUnlessThere)
  const text = readOwn(setting, path)
  const secret = text.replace(/\r?\n$/, '')
  const faults = (between ? secret.split(between) : [secret]).map((one) =>
    secretFault(one, minAuthSecretLength),
  )
  const fault =
    faults.find((one) => one !== null) ??
    (secret === text ? 'may be half written: its line does not end (a whole one: echo >> the file)' : null)
  if (fault === null) return secret
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

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The secret that signs cookies: the setting, or one made at the first start and kept in the data folder, readable by its owner only. */
export function authSecret(setting: string | undefined, dataDir: string): string {
  if (setting !== undefined) return setting
  const path = join(dataDir, 'auth-secret')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const secret = randomBytes(32).toString('base64url')
  writePrivate(path, `${secret}\n`)
  return secret
}

/** Writes a file that only its owner can read; whole or not at all. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  const part = `${path}.${process.pid}.part`
  writeFileSync(part, text, { mode: 0o600 })
  renameSync(part, path)
}

/** Adds to a file of `writePrivate`, or makes it. */
export function appendPrivate(path: string, text: string): void {
  writePrivate(path, (existsSync(path) ? readFileSync(path, 'utf8') : '') + text)
}

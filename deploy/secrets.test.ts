import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from './configError.ts'
import { appendPrivate, auditKeys, secretsOf, writePrivate } from './secrets.ts'

const good = 'x9Pq-3mZt_7LwRb0Vn4KcYd8FhJs2GaTe6UiOx1WyQk'
let dataDir: string
let path: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'diem-cau-secrets-'))
  path = join(dataDir, 'auth-secret')
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** What signs cookies. */
const authSecret = (setting: string | undefined, folder: string): string =>
  secretsOf({ DATA_DIR: folder, ...(setting === undefined ? {} : { AUTH_SECRET: [setting] }) }).signing[0]

/** Puts a file there as somebody else left it. */
function leave(text: string | Buffer, mode = 0o600): void {
  writeFileSync(path, text)
  chmodSync(path, mode)
}

/** What the operator reads when the start stops; null when it does not. */
function complaint(): string | null {
  try {
    authSecret(undefined, dataDir)
    return null
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

describe('the secret that signs cookies', () => {
  it('is made at the first start, readable by its owner only, and is the same ever after', () => {
    const inNewFolder = join(dataDir, 'new', 'folder')
    const secret = authSecret(undefined, inNewFolder)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(authSecret(undefined, inNewFolder)).toBe(secret)
    expect(statSync(join(inNewFolder, 'auth-secret')).mode & 0o777).toBe(0o600)
    expect(readdirSync(inNewFolder).toSorted()).toEqual(['auth-secret', 'factor-keys'])
  })

  it('of the audit log may be followed by others, of which the last is used; one bad line stops the start', () => {
    const first = auditKeys({ DATA_DIR: dataDir })
    const keys = join(dataDir, 'audit-keys')
    expect(statSync(keys).mode & 0o777).toBe(0o600)
    appendFileSync(keys, `${good}\n`)
    const both = auditKeys({ DATA_DIR: dataDir })
    expect(both.current.secret).toBe(good)
    expect(both.secretOf(first.current.id)).toBe(first.current.secret)
    appendFileSync(keys, 'short\n')
    expect(() => auditKeys({ DATA_DIR: dataDir })).toThrow(/audit-keys.*5 characters/)
    expect(auditKeys({ DATA_DIR: dataDir, AUDIT_KEYS: [good] }).current).toEqual(both.current)
  })

  it('is another one in every folder', () => {
    expect(authSecret(undefined, join(dataDir, 'a'))).not.toBe(authSecret(undefined, join(dataDir, 'b')))
  })

  it('is the setting when there is one, and then no file is looked at or made', () => {
    leave('')
    expect(authSecret(good, dataDir)).toBe(good)
    rmSync(path)
    authSecret(good, dataDir)
    expect(existsSync(path)).toBe(false)
  })

  it.each([
    ['empty', '', /is empty/],
    ['a blank line', '  \n', /is empty/],
    ['short', 'only-ten-c\n', /10 characters.*at least 32/],
    ['cut off before its end', good, /half written/],
    ['filled up with zeros after a power cut', Buffer.alloc(44), /characters/],
    ['followed by a bad one', `${good}\nshort\n`, /5 characters/],
    ['one character again and again', `${'a'.repeat(43)}\n`, /guess/],
    [
      'the default that the authentication library publishes',
      'better-auth-secret-12345678901234567890\n',
      /published/,
    ],
  ])(
    '%s: stops the start with the file, the fault and the cure, and shows nothing of it',
    (_what, text, fault) => {
      leave(text)
      const message = complaint()
      expect(message).toContain(path)
      expect(message).toMatch(fault)
      expect(message).toMatch(/To mend it/)
      const shown = text.toString().trim()
      if (shown.length > 3) expect(message).not.toContain(shown.slice(0, 10))
      // what is there stays: it may be the only copy
      expect(readFileSync(path).equals(Buffer.from(text))).toBe(true)
    },
  )

  it.each([0o644, 0o640, 0o604, 0o660, 0o620])('that others may reach (mode %o) stops the start', (mode) => {
    leave(`${good}\n`, mode)
    expect(complaint()).toMatch(new RegExp(`${path}[\\s\\S]*others[\\s\\S]*chmod 600 ${path}`))
  })

  it('in a place where there is no file but a folder stops the start by name', () => {
    mkdirSync(path)
    expect(complaint()).toContain(path)
  })

  it('of an operator is taken as it is, without the end of its line', () => {
    leave(`${good}\r\n`, 0o400)
    expect(authSecret(undefined, dataDir)).toBe(good)
  })
})

describe('secrets that take turns', () => {
  const other = 'b'.repeat(3) + good
  it('are lines of their files, of which the last is used and those before are believed', () => {
    leave(`${good}\n${other}\n`)
    const found = secretsOf({ DATA_DIR: dataDir })
    expect(found.signing).toEqual([other, good])
    appendFileSync(join(dataDir, 'factor-keys'), `${good}\n`)
    expect(secretsOf({ DATA_DIR: dataDir }).factors).toEqual([good, ...found.factors])
  })

  it('keep second factors apart from cookies: losing what signs them loses no factor', () => {
    const { signing, factors } = secretsOf({ DATA_DIR: dataDir })
    rmSync(path)
    const after = secretsOf({ DATA_DIR: dataDir })
    expect(after.signing).not.toEqual(signing)
    expect(after.factors).toEqual(factors)
    expect(secretsOf({ DATA_DIR: dataDir, AUTH_SECRET: [good] }).factors).toEqual(factors)
  })

  it('of a setting encrypt second factors too, unless these have a key of their own', () => {
    expect(secretsOf({ DATA_DIR: dataDir, AUTH_SECRET: [good, other] })).toEqual({
      signing: [other, good],
      factors: [],
    })
    expect(secretsOf({ DATA_DIR: dataDir, AUTH_SECRET: [good], FACTOR_KEYS: [good, other] }).factors).toEqual(
      [other, good],
    )
    expect(readdirSync(dataDir)).toEqual([])
  })
})

describe('a private file', () => {
  it('is whole, its owner’s alone, and leaves nothing beside it; also over one that others could read', () => {
    leave('old\n', 0o644)
    writePrivate(path, 'new\n')
    expect(readFileSync(path, 'utf8')).toBe('new\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    appendPrivate(path, 'more\n')
    expect(readFileSync(path, 'utf8')).toBe('new\nmore\n')
    expect(readdirSync(dataDir)).toEqual(['auth-secret'])
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig, roles, settings } from './config.ts'
import { ConfigError } from './configError.ts'
import { withSettingsTable } from './settingsTable.ts'

describe('settings', () => {
  it('an empty environment gives the all-in-one platform', () => {
    const config = loadConfig({})
    expect(config.PORT).toBe(3000)
    expect(config.ROLES).toEqual(roles)
    expect(config.DATABASE_URL).toBeUndefined()
    expect(config.NODE_ID).toBeUndefined() // made and kept in DATA_DIR
  })

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://x/y'],
    ['REDIS_URL', 'localhost'],
    ['ROLES', 'web,sfuu'],
    ['PUBLIC_URL', 'meetings'],
    ['PUBLIC_URL', 'https://a.example/hop'],
    ['PUBLIC_URL', 'https://a.example/?next=1'],
    ['SIGNALLING_URL', 'http://10.0.0.1:3000/hop'],
    ['SFU_URL', 'https://10.0.0.1:3000'],
    ['LOG_LEVEL', 'loud'],
    ['AUTH_SECRET', 'short'],
    ['AUTH_SECRET', 'better-auth-secret-12345678901234567890'],
    ['AUTH_SECRET', ' '.repeat(40)],
    ['METRICS_TOKEN', 'short'],
    ['METRICS_TOKEN', 'a'.repeat(20)],
    ['NODE_ID', 'a b'],
    ['ADMIN_ADDRESSES', '10.0.0.0/33'],
    ['ADMIN_ADDRESSES', '10.0.0.1,office'],
    ['ADMIN_HOURS', '7-19'],
    ['ADMIN_HOURS', '07:00-25:00'],
  ])('a wrong %s=%s is named', (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(ConfigError)
    expect(() => loadConfig({ [name]: value })).toThrow(new RegExp(name))
  })

  it.each([
    ['AUTH_SECRET', 'hunter2'],
    ['METRICS_TOKEN', 'hunter2'],
    ['DATABASE_URL', 'mysql://me:hunter2@host/db'],
    ['REDIS_URL', 'http://me:hunter2@host'],
  ])('a wrong %s is named and not shown, since logs keep what is printed', (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(new RegExp(`${name}=…: .`))
    expect(() => loadConfig({ [name]: value })).not.toThrow(/hunter2/)
  })

  it('an address of a host alone is taken, with and without its last slash', () => {
    for (const url of ['https://a.example', 'https://a.example/', 'http://[::1]:3000'])
      expect(loadConfig({ PUBLIC_URL: url }).PUBLIC_URL).toBe(url)
  })

  it('a split needs a database and a bus, and says which is missing', () => {
    expect(() => loadConfig({ ROLES: 'sfu', DATABASE_URL: 'postgresql://h/d' })).toThrow(
      /REDIS_URL is missing/,
    )
    expect(
      loadConfig({ ROLES: 'sfu', DATABASE_URL: 'postgresql://h/d', REDIS_URL: 'redis://h' }).ROLES,
    ).toEqual(['sfu'])
  })

  it('empty values count as not set', () => {
    expect(loadConfig({ DATABASE_URL: '', REDIS_URL: '' }).REDIS_URL).toBeUndefined()
  })

  it("README's table is made of them (node deploy/settingsTable.ts)", () => {
    const text = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    expect(text).toBe(withSettingsTable(text))
  })

  it('every setting says what it does', () => {
    for (const s of Object.values(settings)) expect(s.about.length).toBeGreaterThan(10)
  })
})

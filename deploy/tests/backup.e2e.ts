import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastBackupAtMs } from '../backup/lastBackup.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { newRoles, startPostgres, type TestPostgres } from '../testing/servers.ts'

const root = join(import.meta.dirname, '../..')
/** No browser takes part. */
const quick = { MEDIA_ENGINE: 'fake', MEDIA_WORKERS: '1' }

async function run(script: 'backup' | 'restore', folder: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, `deploy/${script}.ts`), folder], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, said }
}

const journalOf = (dataDir: string) => join(dataDir, 'recordings/meeting/recording/segment-001.journal')

describe.each(['embedded', 'of the operator'] as const)('a platform whose database is %s', (kind) => {
  let dir: string
  let postgres: TestPostgres | null = null
  let target: TestPostgres | null = null
  let platform: PlatformProcess
  let office: Office
  let city: City
  let backup: string
  /** The role that owns the tables, and the one that the platform runs as. */
  const roles = new Map<TestPostgres, { ownerUrl: string; url: string }>()
  const databaseOf = (server: TestPostgres | null): Record<string, string> => {
    const { url = '', ownerUrl = '' } = (server && roles.get(server)) ?? {}
    return { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl }
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'diem-cau-backup-'))
    backup = join(dir, 'backup')
    if (kind === 'of the operator') {
      ;[postgres, target] = [await startPostgres(), await startPostgres()]
      for (const server of [postgres, target]) roles.set(server, await newRoles(server))
    }
    platform = await startPlatformProcess({ ...quick, ...databaseOf(postgres) })
    office = await startOffice(platform.dataDir, postgres ? roles.get(postgres)?.url : undefined)
    city = await newCity(office)
    mkdirSync(join(journalOf(platform.dataDir), '..'), { recursive: true })
    writeFileSync(journalOf(platform.dataDir), 'what was captured')
  })
  afterAll(async () => {
    await office?.close()
    await platform?.stop()
    platform?.remove()
    await postgres?.stop()
    await target?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('is backed up while it runs, into a folder that is for its owner only', async () => {
    await planMeeting(office, city, { title: 'Họp trước khi sao lưu' })
    const { code, said } = await run('backup', backup, {
      DATA_DIR: platform.dataDir,
      ...databaseOf(postgres),
    })
    expect(said).toContain('is a backup')
    expect(code).toBe(0)
    expect(statSync(backup).mode & 0o077).toBe(0)
    expect(readdirSync(dir)).toEqual(['backup'])
    expect(await lastBackupAtMs(platform.dataDir)).toBeGreaterThan(Date.now() - 600_000)
    const response = await fetch(`${platform.url}/healthz`)
    expect(response.ok).toBe(true)
    await planMeeting(office, city, { title: 'Họp sau khi sao lưu' })
  })

  it('is backed up into a folder of its own only', async () => {
    const { code, said } = await run('backup', backup, {
      DATA_DIR: platform.dataDir,
      ...databaseOf(postgres),
    })
    expect([code, said]).toEqual([1, expect.stringContaining('is there already')])
  })

  it('is restored into an empty place, where people are signed in and find what was there at that moment', async () => {
    const env = { DATA_DIR: join(dir, 'restored'), ...databaseOf(target) }
    const { code, said } = await run('restore', backup, env)
    expect(said).toContain('The audit log is whole')
    expect(code).toBe(0)
    expect(readFileSync(journalOf(env.DATA_DIR), 'utf8')).toBe('what was captured')
    const again = await startPlatformProcess({ ...quick, ...env })
    try {
      const response = await fetch(`${again.url}/meetings`, { headers: { cookie: city.chair.cookie } })
      const page = await response.text()
      expect(page).toContain('Họp trước khi sao lưu')
      expect(page).not.toContain('Họp sau khi sao lưu')
    } finally {
      await again.stop()
    }
  })

  it('overwrites nothing', async () => {
    const env = { DATA_DIR: join(dir, 'restored'), ...databaseOf(target) }
    const { code, said } = await run('restore', backup, env)
    expect([code, said]).toEqual([1, expect.stringContaining('is not empty')])
    if (!target) return
    const other = await run('restore', backup, { ...env, DATA_DIR: join(dir, 'other') })
    expect([other.code, other.said]).toEqual([1, expect.stringContaining('is not empty')])
  })

  it('refuses a backup in which a byte is another, or that was not finished, before it touches anything', async () => {
    const file = journalOf(join(backup, 'data'))
    writeFileSync(file, 'what was Captured')
    const place = join(dir, 'untouched')
    const damaged = await run('restore', backup, { DATA_DIR: place, ...databaseOf(target) })
    expect([damaged.code, damaged.said]).toEqual([1, expect.stringContaining('segment-001.journal')])
    rmSync(join(backup, 'backup.json'))
    const unfinished = await run('restore', backup, { DATA_DIR: place, ...databaseOf(target) })
    expect([unfinished.code, unfinished.said]).toEqual([1, expect.stringContaining('is no backup')])
    expect(existsSync(place)).toBe(false)
  })
})

it('a folder without a database is not taken for one, and none is copied into itself', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'diem-cau-backup-'))
  const { code, said } = await run('backup', join(dir, 'backup'), { DATA_DIR: join(dir, 'nowhere') })
  expect([code, said]).toEqual([1, expect.stringContaining('There is no database')])
  const inside = await run('backup', join(dir, 'data/backup'), { DATA_DIR: join(dir, 'data') })
  expect([inside.code, inside.said]).toEqual([1, expect.stringContaining('is in DATA_DIR itself')])
  expect(readdirSync(dir)).toEqual([])
  rmSync(dir, { recursive: true })
})

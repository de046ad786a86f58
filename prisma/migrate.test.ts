import { cp, mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from './client.ts'
import { migrate, migrationsDir } from './migrate.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
let dir: string
beforeEach(async () => {
  db = await startTestDatabase({ isMigrated: false })
  dir = await mkdtemp(path.join(os.tmpdir(), 'diem-cau-migrate-'))
})
afterEach(async () => {
  await db.drop()
  await rm(dir, { recursive: true, force: true })
})

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(dir, name), { recursive: true })
  await writeFile(path.join(dir, name, 'migration.sql'), sql)
}

test('of four starts at once one migrates and three wait for it', async () => {
  const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase(db.url, { poolSize: 2 })))
  const applied = await Promise.all(databases.map((database) => migrate(database.pool)))
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
  expect(await databases[0]?.prisma.unit.count()).toBe(0)
  await Promise.all(databases.map((database) => database.close()))
})

test('a migration that fails leaves nothing behind and names itself', async () => {
  await addMigration('1_good', 'CREATE TABLE good (id int)')
  await addMigration('2_bad', 'CREATE TABLE half (id int); SELECT 1/0')
  await expect(migrate(db.database.pool, dir)).rejects.toThrow(/Migration 2_bad failed: division by zero/)
  const { rows } = await db.database.pool.query(
    "SELECT to_regclass('good') AS good, to_regclass('half') AS half",
  )
  expect(rows).toEqual([{ good: 'good', half: null }])
  await addMigration('2_bad', 'CREATE TABLE half (id int)')
  expect(await migrate(db.database.pool, dir)).toEqual(['2_bad'])
})

test('an edited migration and a newer database are refused', async () => {
  await addMigration('1_a', 'CREATE TABLE a (id int)')
  await migrate(db.database.pool, dir)
  await addMigration('1_a', 'CREATE TABLE a (id bigint)')
  await expect(migrate(db.database.pool, dir)).rejects.toThrow(/1_a was edited/)
  await rm(path.join(dir, '1_a'), { recursive: true })
  await expect(migrate(db.database.pool, dir)).rejects.toThrow(/newer than this program/)
})

test('our own migrations apply to an empty database, once', async () => {
  await cp(migrationsDir, dir, { recursive: true })
  expect((await migrate(db.database.pool, dir)).length).toBeGreaterThan(0)
  expect(await migrate(db.database.pool, dir)).toEqual([])
})

test('whoever administered the system before roles were kept as grants still does', async () => {
  await cp(migrationsDir, dir, { recursive: true })
  const all = (await readdir(dir)).toSorted()
  const since = all.findIndex((name) => name.endsWith('_role_grants'))
  for (const name of all.slice(since)) {
    if (/^\d/.test(name)) await rm(path.join(dir, name), { recursive: true })
  }
  await migrate(db.database.pool, dir)
  await db.database.pool.query(
    `INSERT INTO "user" (id, name, email, updated_at, is_system_admin)
     VALUES ('a', 'A', 'a@mau.example', now(), true), ('b', 'B', 'b@mau.example', now(), false)`,
  )
  await migrate(db.database.pool)
  const { rows } = await db.database.pool.query('SELECT user_id, role, unit_id FROM role_grant')
  expect(rows).toEqual([{ user_id: 'a', role: 'system_admin', unit_id: null }])
})

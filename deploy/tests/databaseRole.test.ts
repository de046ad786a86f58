import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { AuditKeys } from '#db/auditKeys.ts'
import { proveAudit } from '#db/auditProof.ts'
import { type Database, openDatabase } from '#db/client.ts'
import { startEmbeddedPostgres } from '#db/embedded.ts'
import { type DatabaseRoles, mayTamper, prepareDatabase } from '#db/prepare.ts'
import { Jobs } from '#db/jobs.ts'
import { newRoles, startPostgres } from '../testing/servers.ts'

const auditKeys = new AuditKeys(['only-for-tests-only-for-tests-only-for-tests'])

async function embedded(): Promise<{ roles: DatabaseRoles; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'diem-cau-role-'))
  chmodSync(dataDir, 0o755)
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog })
  return {
    roles: server,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function ofTheOperator(): Promise<{ roles: DatabaseRoles; stop(): Promise<void> }> {
  const server = await startPostgres()
  return { roles: await newRoles(server), stop: () => server.stop() }
}

describe.each([
  ['the embedded PostgreSQL', embedded],
  ['a PostgreSQL of the operator', ofTheOperator],
] as const)('the platform’s role in %s', (_name, start) => {
  let server: Awaited<ReturnType<typeof start>>
  let database: Database
  beforeAll(async () => {
    server = await start()
    const { url } = server.roles
    await Promise.all(Array.from({ length: 3 }, () => prepareDatabase(server.roles, silentLog)))
    database = await openDatabase(url, { poolSize: 3, auditKeys })
  }, 60_000)
  afterAll(async () => {
    await database?.close()
    await server?.stop()
  })

  it('does what the platform does: writes, reads, deletes, waits, and adds to the audit log', async () => {
    const lease = { key: 'k', nodeId: 'n', epoch: 1, expiresAt: new Date() }
    await database.prisma.lease.create({ data: lease })
    await database.prisma.lease.update({ where: { key: 'k' }, data: { epoch: 2 } })
    await database.prisma.lease.delete({ where: { key: 'k' } })
    for (const subject of ['a', 'b'])
      await database.audit.record({ actorId: 'system', action: 'thing.tested', subject })
    expect(await proveAudit(database)).toMatchObject({ count: 2, broken: null })
    const jobs = await Jobs.start({ database, log: silentLog, superviseSeconds: 1 })
    await jobs.close()
    expect(await mayTamper(database.pool)).toBe(false)
  })

  it.each([
    "UPDATE audit_entry SET subject = 'x'",
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_entry_is_append_only ON audit_entry',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    'DROP TABLE audit_entry',
    "SELECT setval('audit_entry_id_seq', 1)",
    'DELETE FROM setting_change',
    'TRUNCATE meeting CASCADE',
    'ALTER TABLE meeting ADD COLUMN x int',
    'DROP TABLE lease',
    'DELETE FROM _prisma_migrations',
    'CREATE TABLE audit_entry2 (id int)',
    'CREATE TEMPORARY TABLE audit_entry (id int)',
    'CREATE SCHEMA other',
    'CREATE ROLE other SUPERUSER',
    "SET session_replication_role = 'replica'",
    'SET ROLE diemcau',
    "COPY audit_entry TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/hostname')",
  ])('may not: %s', async (sql) => {
    // permission denied, must be owner, may not set
    await expect(database.pool.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|22023)$/),
    })
  })

  it('starts without its owner once all is there, and says what it lacks else', async () => {
    const alone = { url: server.roles.url, ownerUrl: null }
    await prepareDatabase(alone, silentLog)
    const owner = await openDatabase(server.roles.ownerUrl ?? '', { poolSize: 1 })
    const gone = await owner.pool.query(
      `DELETE FROM _prisma_migrations WHERE migration_name =
         (SELECT max(migration_name) FROM _prisma_migrations) RETURNING *`,
    )
    await owner.close()
    expect(gone.rowCount).toBe(1)
    await expect(prepareDatabase(alone, silentLog)).rejects.toThrow(/lacks \d+_\w+, .* db:prepare/)
  })
})

it('a role that owns the tables is known to be one that could tamper', async () => {
  const { roles, stop } = await ofTheOperator()
  await prepareDatabase({ url: roles.ownerUrl ?? '', ownerUrl: null }, silentLog)
  const database = await openDatabase(roles.ownerUrl ?? '', { poolSize: 1 })
  expect(await mayTamper(database.pool)).toBe(true)
  await database.close()
  await stop()
}, 60_000)

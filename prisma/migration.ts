// npm run db:migration -- <name>   writes prisma/migrations/<time>_<name>/migration.sql
// npm run db:check                 fails when schema.prisma and the migrations disagree
// Prisma's own schema engine, compiled to WebAssembly, with scratch databases of a throw-away embedded server.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
import { Pool } from 'pg'
import { ensureServer, socketUrl, stopServer } from './embeddedServer.ts'
import { migrationsDir } from './migrate.ts'

const schemaPath = path.join(import.meta.dirname, 'schema.prisma')
const lockText = 'provider = "postgresql"\n'
/** PostgreSQL's one-byte catalogue type "char". */
const charOid = 18
const textOid = 25

/** What we use of the engine's WebAssembly glue, which has no types of its own for this. */
interface EngineGlue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void
  SchemaEngine: {
    new: (options: unknown, log: () => void, adapter: unknown) => Promise<SchemaEngine>
  }
}
interface SchemaEngine {
  diff(input: unknown): Promise<{ exitCode: number; stdout: string }>
}

async function loadEngine(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = (await import(glueUrl)) as EngineGlue // boundary: a vendor's generated module
  const wasm = readFileSync(new URL('schema_engine_bg.wasm', glueUrl))
  const imports = { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports }
  const { instance } = await WebAssembly.instantiate(wasm, imports)
  glue.__wbg_set_wasm(instance.exports)
  const begin = instance.exports['__wbindgen_start']
  if (typeof begin === 'function') begin()
  const datamodels = [[schemaPath, readFileSync(schemaPath, 'utf8')]]
  return glue.SchemaEngine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(adapter))
}

/** adapter-pg with its two gaps for the schema engine filled. */
function scratchAdapter(newPool: () => Promise<Pool>): SqlMigrationAwareDriverAdapterFactory {
  const connect = async (): ReturnType<SqlMigrationAwareDriverAdapterFactory['connect']> => {
    const pool = await newPool()
    const adapter = await new PrismaPg(pool).connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    // adapter-pg splits a script at every semicolon
    adapter.executeScript = async (sql: string) => void (await pool.query(sql))
    // adapter-pg refuses the catalogue type "char", which the engine has to read (prisma#27403)
    const performIO: unknown = Reflect.get(adapter, 'performIO')
    if (typeof performIO !== 'function') throw new Error('adapter-pg has no performIO any more')
    let isChar: boolean[] = []
    Reflect.set(adapter, 'performIO', async (query: SqlQuery) => {
      const result = (await performIO.call(adapter, query)) as { fields: { dataTypeID: number }[] }
      isChar = result.fields.map((field) => field.dataTypeID === charOid)
      result.fields.forEach((field, i) => (field.dataTypeID = isChar[i] ? textOid : field.dataTypeID))
      return result
    })
    adapter.queryRaw = async (query: SqlQuery): Promise<SqlResultSet> => {
      const result = await queryRaw(query)
      const types = result.columnTypes.map((type, i) => (isChar[i] ? ColumnTypeEnum.Character : type))
      return { ...result, columnTypes: types }
    }
    return adapter
  }
  return { provider: 'postgres', adapterName: '@prisma/adapter-pg', connect, connectToShadowDb: connect }
}

async function diff(engine: SchemaEngine, asScript: boolean): Promise<{ exitCode: number; stdout: string }> {
  const names = existsSync(migrationsDir)
    ? readdirSync(migrationsDir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : []
  return engine.diff({
    from: {
      tag: 'migrations',
      baseDir: migrationsDir,
      shadowDbInitScript: '',
      lockfile: { path: 'migration_lock.toml', content: lockText },
      migrationDirectories: names.map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok',
            value: readFileSync(path.join(migrationsDir, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
    },
    to: {
      tag: 'schemaDatamodel',
      files: [{ path: schemaPath, content: readFileSync(schemaPath, 'utf8') }],
    },
    script: asScript,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  })
}

async function main(name: string | undefined): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'diem-cau-migration-'))
  const pools: Pool[] = []
  let server: Awaited<ReturnType<typeof ensureServer>> | undefined
  try {
    server = await ensureServer(folder, { settings: ['fsync=off'] })
    const { socketDir } = server
    const open = (database: string): Pool => {
      const pool = new Pool({ connectionString: socketUrl(socketDir, database) })
      // Prisma's adapter may leave a connection behind; the server's end then ends it, which is no failure of ours.
      pool.on('error', () => undefined)
      pool.on('connect', (client) => client.on('error', () => undefined))
      pools.push(pool)
      return pool
    }
    const admin = open('postgres')
    const engine = await loadEngine(
      scratchAdapter(async () => {
        const database = `scratch${pools.length}`
        await admin.query(`CREATE DATABASE ${database}`)
        return open(database)
      }),
    )
    const changes = await diff(engine, false)
    if (changes.exitCode === 0) {
      console.log('schema.prisma and the migrations agree.')
      return 0
    }
    if (!name || name === '--check') {
      console.error(`schema.prisma has changes without a migration:\n${changes.stdout}`)
      return 1
    }
    if (!/^[a-z0-9_]+$/.test(name)) throw new Error('a migration is named in small letters and underscores')
    const dir = path.join(
      migrationsDir,
      `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`,
    )
    const { stdout } = await diff(engine, true)
    mkdirSync(dir, { recursive: true })
    writeFileSync(path.join(dir, 'migration.sql'), stdout)
    writeFileSync(path.join(migrationsDir, 'migration_lock.toml'), lockText)
    console.log(
      `${changes.stdout}\nWrote ${dir}/migration.sql; read it (renames come as drop and add), then commit it.`,
    )
    return 0
  } finally {
    await Promise.all(pools.map((pool) => pool.end()))
    if (server) await stopServer(server.cluster, server.pid)
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main(process.argv[2])

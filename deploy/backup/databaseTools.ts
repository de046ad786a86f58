import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '#db/client.ts'

/** Dumps a database of the operator's own with PostgreSQL's tool, as one moment of it. @throws Error */
export async function dumpDatabase(url: string, file: string): Promise<void> {
  await runTool('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`], url)
}

/** Fills an empty database from such a dump: all of it or nothing. @throws Error when it is not empty */
export async function fillDatabase(url: string, file: string): Promise<void> {
  if (!(await isEmpty(url))) throw new Error('The database of DATABASE_URL is not empty: name an empty one')
  const options = ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction']
  await runTool('pg_restore', [...options, '--dbname=', file], url)
}

async function isEmpty(url: string): Promise<boolean> {
  const database = await openDatabase(url, { poolSize: 1 })
  try {
    const { rowCount } = await database.pool.query(
      "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 1",
    )
    return rowCount === 0
  } finally {
    await database.close()
  }
}

/** The address goes by the environment: what a command line says, everybody on the machine can read. */
async function runTool(name: 'pg_dump' | 'pg_restore', args: string[], url: string): Promise<void> {
  const child = spawn(findTool(name), args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: environmentOf(url),
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said = (said + String(chunk)).slice(-2000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${name} failed (${code}):\n${said.trim()}`)
}

function environmentOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const named = {
    PGHOST: searchParams.get('host') ?? hostname.replace(/^\[|\]$/g, ''),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? '',
    PGSSLROOTCERT: searchParams.get('sslrootcert') ?? '',
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ''))
}

/** The newest that is here: an older one does not read a newer server. */
function findTool(name: string): string {
  const found = globSync(['/usr/lib/postgresql/*/bin', '/usr/local/bin', '/usr/bin'])
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((bin) => join(bin, name))
    .findLast((path) => existsSync(path))
  if (!found) throw new Error(`${name} is not installed (Debian: apt-get install postgresql-client)`)
  return found
}

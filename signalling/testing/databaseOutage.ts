import { Client } from 'pg'

/** Makes a database of the tests unreachable, as if its server had gone; `end` brings it back. */
export async function beginOutage(databaseUrl: string): Promise<{ end(): Promise<void> }> {
  const [name] = /(?<=\/)dc_test_\w+/.exec(databaseUrl) ?? []
  if (name === undefined) throw new Error('not a database of the tests')
  const admin = new Client({ connectionString: databaseUrl.replace(name, 'postgres') })
  await admin.connect()
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
  return {
    end: async () => {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
      await admin.end()
    },
  }
}

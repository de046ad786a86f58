import type { Database } from '../client.ts'

/** Rows by table, as `to_jsonb` gives them, in an order that foreign keys allow. */
export type Dump = Record<string, Record<string, unknown>[]>

/** Restores an earlier release's rows into a database of today; columns that came later take their defaults. For tests. */
export async function restoreDump(database: Database, tables: Dump): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    const columns = Object.keys(rows[0] ?? {})
      .map((name) => `"${name}"`)
      .join(', ')
    await database.pool.query(
      `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${table}", $1)`,
      [JSON.stringify(rows)],
    )
  }
}

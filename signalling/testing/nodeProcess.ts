import { openDatabase } from '#db/client.ts'
import { testAuditKeys } from '#db/testing/testDatabase.ts'
import { startNode } from './callHarness.ts'

/** A signalling node in a process of its own, to be killed by a test: `nodeProcess.ts <database url> <node id>`. */
const [, , databaseUrl, id] = process.argv
if (databaseUrl === undefined || id === undefined) throw new Error('a database and a node id are needed')
const node = await startNode({ database: await openDatabase(databaseUrl, { auditKeys: testAuditKeys }), id })
process.stdout.write(`${node.url}\n`)

import { createHash, randomBytes } from 'node:crypto'
import type { NodeId } from '#contract/ids.ts'

/**
 * A name for a connection that nobody guesses. A request of long polling names its connection so, and may come to any
 * node: the end of the name says whose it is, without a word about our hosts.
 */
export function newConnectionName(nodeId: NodeId): string {
  return `${randomBytes(18).toString('base64url')}.${markOf(nodeId)}`
}

/** Whether the connection is that node's. */
export function isConnectionOf(connectionName: string, nodeId: string): boolean {
  return connectionName.slice(connectionName.indexOf('.') + 1) === markOf(nodeId)
}

function markOf(nodeId: string): string {
  return createHash('sha256').update(nodeId).digest('base64url').slice(0, 16)
}

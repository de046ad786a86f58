import type { NodeId } from '#contract/ids.ts'
import type { LiveNode } from '#db/nodes.ts'

/**
 * Where a call's pages belong: its home while it holds the lease and lives, else the least loaded node. A former
 * home that lost the lease is chosen last: it may be dead and only not yet off the list.
 * @param live signalling nodes, least loaded first
 */
export function chooseHome(
  last: { nodeId: NodeId; isHeld: boolean } | null,
  live: readonly LiveNode[],
): LiveNode | null {
  const reachable = live.filter((node) => node.url !== '')
  const former = reachable.find((node) => node.id === last?.nodeId) ?? null
  if (former && last?.isHeld) return former
  return reachable.find((node) => node !== former) ?? former
}

import type { CallMessages } from '../callFirst.vi.ts'
import { serverAddress } from '../serverAddress.ts'
import type { Stay } from '../stay.svelte.ts'

/** What of a stay is asked here. */
export interface TroublePort {
  readonly isInside: boolean
  readonly outage: Pick<Stay['outage'], 'kind'>
  readonly media: Pick<Stay['media'], 'isBlocked' | 'servers'>
}

/**
 * What lies between a hall and the call, and what is to be done about it, to be read from the last row; null where
 * nothing does that lasts.
 */
export function troubleOf(
  stay: TroublePort,
  c: CallMessages,
  page: Pick<Location, 'protocol' | 'hostname' | 'port'>,
): [what: string, cure: string] | null {
  const { kind } = stay.outage
  if (kind === 'blocked') {
    return [c.wayBlockedTitle, `${c.askNetworkPeople} ${c.wayBlockedAsk(serverAddress(page))}`]
  }
  if (kind === 'away' || kind === 'long') {
    return stay.isInside ? [c.wallLost, c.lost] : [c.notReachedTitle, c.notReachedText]
  }
  if (!stay.media.isBlocked) return null
  return [c.wallMediaBlocked, `${c.askNetworkPeople} ${c.mediaBlockedAsk(stay.media.servers())}`]
}

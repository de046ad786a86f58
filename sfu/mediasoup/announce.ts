import { networkInterfaces } from 'node:os'
import type { IceCandidate } from './negotiation.ts'

/**
 * The addresses that browsers are told to send media to: what the operator announced, else the address listened
 * on, else those of the machine, loopback last (a browser on this machine without a network).
 */
export function announcedAddresses(listenAddress: string, announced: string | null): string[] {
  const given = (announced ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
  if (given.length > 0) return given
  if (listenAddress !== '0.0.0.0' && listenAddress !== '::') return [listenAddress]
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4')
    .sort((a, b) => Number(a.internal) - Number(b.internal))
    .map((address) => address.address)
  return own.length > 0 ? own : ['127.0.0.1']
}

/**
 * A worker's socket has one announced address; the others are the same socket under another name. UDP of every
 * address comes before TCP of any.
 */
export function candidatesFor(
  candidates: readonly IceCandidate[],
  addresses: readonly string[],
): IceCandidate[] {
  return candidates.flatMap((candidate) =>
    addresses.map((address, index) => ({
      ...candidate,
      ip: address,
      address,
      foundation: `${candidate.foundation}${index === 0 ? '' : index}`,
      priority: candidate.priority - index,
    })),
  )
}

import { BlockList, isIP, isIPv4 } from 'node:net'
import { toTimeInput } from '#contract/cityTime.ts'

/** From where and when the city may be administered (QĐ 742/QĐ-BTTTT: by address, and not outside hours). */
export interface AdministrationLimits {
  /** Addresses and networks, `10.1.0.0/16`; undefined for everywhere. */
  addresses?: readonly string[] | undefined
  /** In the city's time, `07:00`; past midnight when `to` is earlier. Undefined for always. */
  hours?: { from: string; to: string } | undefined
}

/** Whether the text is an address or a network (CIDR) of IPv4 or IPv6. */
export function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (isIPv4(address) ? 32 : 128))
}

/** Whether somebody may administer from an address at a moment; from an unknown one only where any will do. */
export function administrationGate({
  addresses,
  hours,
}: AdministrationLimits): (address: string | undefined, atMs: number) => boolean {
  const networks = new BlockList()
  for (const text of addresses ?? []) {
    const [address = '', length] = text.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (length === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, Number(length), family)
  }
  const isFromThere = (address: string | undefined): boolean =>
    addresses === undefined ||
    (address !== undefined &&
      isIP(address) !== 0 &&
      networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'))
  const isThen = (time: string): boolean => {
    if (hours === undefined) return true
    const { from, to } = hours
    return from <= to ? from <= time && time < to : time >= from || time < to
  }
  return (address, atMs) => isFromThere(address) && isThen(toTimeInput(atMs))
}

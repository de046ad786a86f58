/**
 * What limits by address count by: an IPv4 address, also when it is written inside IPv6 (`::ffff:192.0.2.1`), and of
 * any other IPv6 address its first 64 bits, `2001:db8:0:1::/64`: that is what one subscriber has (RFC 6177), and so the
 * least that tells two apart. What is no address is its own key.
 */
export function addressKey(address: string): string {
  const groups = groupsOf(address)
  if (groups === null) return address
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0, high = 0, low = 0] = groups
  const isMapped = [first, second, third, fourth, fifth].every((group) => group === 0) && sixth === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${[first, second, third, fourth].map((group) => group.toString(16)).join(':')}::/64`
}

/** The eight groups of an IPv6 address; null for whatever else it is. */
function groupsOf(address: string): number[] | null {
  const bare = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '') // a URL's brackets, an interface's name
  if (!bare.includes(':')) return null
  const withHex = bare.replace(/(?<=:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const halves = withHex.split('::')
  if (halves.length > 2) return null
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - before.length - after.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const all = [...before, ...Array<string>(missing).fill('0'), ...after]
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return all.map((group) => Number.parseInt(group, 16))
}

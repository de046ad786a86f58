/** Where a page's connection goes, as whoever keeps a network wants to know it. */
export interface ServerAddress {
  protocol: 'ws' | 'wss'
  host: string
  port: string
}

/** Of the page at that location: the connection goes to where the page came from. */
export function serverAddress({
  protocol,
  hostname,
  port,
}: Pick<Location, 'protocol' | 'hostname' | 'port'>): ServerAddress {
  const isSecure = protocol === 'https:'
  return { protocol: isSecure ? 'wss' : 'ws', host: hostname, port: port || (isSecure ? '443' : '80') }
}

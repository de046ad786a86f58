import { describe, expect, it } from 'vitest'
import { announcedAddresses, candidatesFor } from './announce.ts'
import type { IceCandidate } from './negotiation.ts'

const udp: IceCandidate = {
  foundation: 'udpcandidate',
  priority: 1000,
  ip: '10.0.0.1',
  address: '10.0.0.1',
  protocol: 'udp',
  port: 44300,
  type: 'host',
}
const tcp: IceCandidate = {
  ...udp,
  foundation: 'tcpcandidate',
  priority: 900,
  protocol: 'tcp',
  tcpType: 'passive',
}

describe('what browsers are told to send to', () => {
  it('is what the operator announced, however it is spaced', () => {
    expect(announcedAddresses('0.0.0.0', ' 203.0.113.5, media.example ,')).toEqual([
      '203.0.113.5',
      'media.example',
    ])
  })

  it('is the address listened on, when that is one', () => {
    expect(announcedAddresses('10.0.0.7', null)).toEqual(['10.0.0.7'])
  })

  it("is the machine's addresses when it listens on all, loopback last", () => {
    const addresses = announcedAddresses('0.0.0.0', null)
    expect(addresses.length).toBeGreaterThan(0)
    expect(addresses).not.toContain('0.0.0.0')
    expect(addresses.findIndex((address) => address.startsWith('127.'))).toBe(
      addresses.some((address) => address.startsWith('127.')) ? addresses.length - 1 : -1,
    )
  })

  it('names every socket by every address, UDP before TCP, each with its own foundation', () => {
    const candidates = candidatesFor([udp, tcp], ['10.0.0.1', '203.0.113.5'])
    expect(candidates.map(({ protocol, address, priority }) => [protocol, address, priority])).toEqual([
      ['udp', '10.0.0.1', 1000],
      ['udp', '203.0.113.5', 999],
      ['tcp', '10.0.0.1', 900],
      ['tcp', '203.0.113.5', 899],
    ])
    expect(new Set(candidates.map((candidate) => candidate.foundation)).size).toBe(4)
    expect(candidates.every((candidate) => candidate.ip === candidate.address)).toBe(true)
  })
})

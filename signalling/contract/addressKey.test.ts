import { describe, expect, it } from 'vitest'
import { addressKey } from './addressKey.ts'

describe('the key of an address', () => {
  it('is an IPv4 address itself, however it is written', () => {
    expect(addressKey('192.0.2.7')).toBe('192.0.2.7')
    for (const mapped of ['::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.7']) {
      expect(addressKey(mapped)).toBe('192.0.2.7')
    }
  })

  it('is the first 64 bits of an IPv6 address: a subscriber has all that follow', () => {
    const same = [
      '2001:db8:0:1::7',
      '2001:0DB8::1:ffff:0:0:9',
      '2001:db8:0:1:aaaa:bbbb:cccc:dddd',
      '[2001:db8:0:1::]',
    ]
    expect(new Set(same.map(addressKey))).toEqual(new Set(['2001:db8:0:1::/64']))
    expect(addressKey('2001:db8:0:2::7')).toBe('2001:db8:0:2::/64')
    expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  })

  it('is what was given when that is no address', () => {
    for (const odd of ['', 'unknown', '1:2:3', '1::2::3', '2001:db8::g', '1:2:3:4:5:6:7:8:9']) {
      expect(addressKey(odd)).toBe(odd)
    }
  })
})

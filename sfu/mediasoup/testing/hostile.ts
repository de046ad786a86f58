/** Parameters of an honest page, and tables of what others may send. For tests only. */
export const fingerprint = { algorithm: 'sha-256', value: Array(32).fill('ab').join(':') }
export const honestAudio = {
  mid: '0',
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {} }],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
  encodings: [{ ssrc: 1111, dtx: true }],
  rtcp: { cname: 'abc', reducedSize: true },
}
const many = (count: number, item: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => item(index))
const own = (json: string): unknown => JSON.parse(json)

/** What has no business in a worker: every one must be refused by its schema. */
export const hostileDtls: [string, unknown][] = [
  ['no fingerprints', { role: 'client', fingerprints: [] }],
  ['fingerprints missing', { role: 'client' }],
  ['null', null],
  ['an unknown hash', { fingerprints: [{ ...fingerprint, algorithm: 'md5' }] }],
  [
    'a hash that no longer counts',
    { fingerprints: [{ algorithm: 'sha-1', value: Array(20).fill('ab').join(':') }] },
  ],
  ['an empty value', { fingerprints: [{ ...fingerprint, value: '' }] }],
  ['a value too short for its hash', { fingerprints: [{ algorithm: 'sha-512', value: fingerprint.value }] }],
  ['a value that is not hex', { fingerprints: [{ ...fingerprint, value: Array(32).fill('zz').join(':') }] }],
  ['a value with a line break', { fingerprints: [{ ...fingerprint, value: `${fingerprint.value}\n` }] }],
  ['a thousand fingerprints', { fingerprints: many(1000, () => fingerprint) }],
  ['the server role', { role: 'server', fingerprints: [fingerprint] }],
  ['fingerprints that are an object', { fingerprints: { length: 1, 0: fingerprint } }],
]

export const hostileRtp: [string, unknown][] = [
  ['null', null],
  ['an array', []],
  ['no codecs', { ...honestAudio, codecs: [] }],
  ['a hundred codecs', { ...honestAudio, codecs: many(100, () => honestAudio.codecs[0]) }],
  ['no encodings', { ...honestAudio, encodings: [] }],
  ['four encodings', { ...honestAudio, encodings: many(4, (i) => ({ ssrc: i + 1 })) }],
  ['an encoding without a name', { ...honestAudio, encodings: [{}] }],
  ['one SSRC twice', { ...honestAudio, encodings: [{ ssrc: 5 }, { ssrc: 5 }] }],
  ['an SSRC that is its own retransmission', { ...honestAudio, encodings: [{ ssrc: 5, rtx: { ssrc: 5 } }] }],
  ['one RID twice', { ...honestAudio, encodings: [{ rid: 'a' }, { rid: 'a' }] }],
  ['SSRC zero', { ...honestAudio, encodings: [{ ssrc: 0 }] }],
  ['an SSRC beyond 32 bits', { ...honestAudio, encodings: [{ ssrc: 2 ** 32 }] }],
  ['a negative SSRC', { ...honestAudio, encodings: [{ ssrc: -1 }] }],
  ['a broken SSRC', { ...honestAudio, encodings: [{ ssrc: 1.5 }] }],
  ['an SSRC as text', { ...honestAudio, encodings: [{ ssrc: '1' }] }],
  [
    'a payload type beyond 7 bits',
    { ...honestAudio, codecs: [{ ...honestAudio.codecs[0], payloadType: 128 }] },
  ],
  ['one payload type twice', { ...honestAudio, codecs: [honestAudio.codecs[0], honestAudio.codecs[0]] }],
  ['a clock of zero', { ...honestAudio, codecs: [{ ...honestAudio.codecs[0], clockRate: 0 }] }],
  [
    'a MIME type that is a path',
    { ...honestAudio, codecs: [{ ...honestAudio.codecs[0], mimeType: 'audio/../../x' }] },
  ],
  [
    'a MIME type of a megabyte',
    { ...honestAudio, codecs: [{ ...honestAudio.codecs[0], mimeType: `audio/${'x'.repeat(1e6)}` }] },
  ],
  [
    'extension id zero',
    { ...honestAudio, headerExtensions: [{ uri: honestAudio.headerExtensions[0]?.uri, id: 0 }] },
  ],
  [
    'one extension id twice',
    { ...honestAudio, headerExtensions: many(2, () => honestAudio.headerExtensions[0]) },
  ],
  [
    'a thousand extensions',
    { ...honestAudio, headerExtensions: many(1000, (i) => ({ uri: 'x', id: (i % 255) + 1 })) },
  ],
  [
    'an encrypted extension',
    { ...honestAudio, headerExtensions: [{ ...honestAudio.headerExtensions[0], encrypt: true }] },
  ],
  ['a mid of 100 characters', { ...honestAudio, mid: 'm'.repeat(100) }],
  ['a cname with a line break', { ...honestAudio, rtcp: { cname: 'a\r\nb' } }],
  [
    'a scalability mode of a million layers',
    { ...honestAudio, encodings: [{ ssrc: 1, scalabilityMode: 'L1000000T9' }] },
  ],
  ['a prototype among the parameters', withParameters('{"__proto__": {"isAdmin": true}}')],
  ['a constructor among the parameters', withParameters('{"constructor": "x"}')],
  ['an object among the parameters', withParameters('{"a": {"b": 1}}')],
  [
    'a hundred parameters',
    withParameters(JSON.stringify(Object.fromEntries(many(100, (i) => [`p${i}`, 1]) as [string, number][]))),
  ],
  [
    'an infinite parameter',
    { ...honestAudio, codecs: [{ ...honestAudio.codecs[0], parameters: { a: Infinity } }] },
  ],
]

function withParameters(json: string): unknown {
  return { ...honestAudio, codecs: [{ ...honestAudio.codecs[0], parameters: own(json) }] }
}

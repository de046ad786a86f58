import { createHmac, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A hand-made ICE agent's two messages, for tests of what a worker answers to whom. For tests only. */

const cookie = 0x2112a442
const attribute = { username: 0x0006, integrity: 0x0008, priority: 0x0024, useCandidate: 0x0025 } as const
const controlling = 0x802a
const fingerprintAttribute = 0x8028

/** A connectivity check that nominates its address (RFC 8445 7.1, RFC 8489 14): what proves an address to be good. */
export function bindingRequest(ice: { usernameFragment: string; password: string }): Buffer {
  const head = Buffer.alloc(20)
  head.writeUInt16BE(0x0001, 0)
  head.writeUInt32BE(cookie, 4)
  randomBytes(12).copy(head, 8)
  const priority = Buffer.alloc(4)
  priority.writeUInt32BE(1_853_824_767)
  const body = Buffer.concat([
    field(attribute.username, Buffer.from(`${ice.usernameFragment}:test`)),
    field(attribute.priority, priority),
    field(controlling, randomBytes(8)),
    field(attribute.useCandidate, Buffer.alloc(0)),
  ])
  // Both sums count the length up to their own end.
  const signed = withLength(Buffer.concat([head, body]), body.length + 24)
  const mac = createHmac('sha1', ice.password).update(signed).digest()
  const message = Buffer.concat([signed, field(attribute.integrity, mac)])
  const whole = withLength(message, body.length + 24 + 8)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE((crc32(whole) ^ 0x5354554e) >>> 0)
  return Buffer.concat([whole, field(fingerprintAttribute, sum)])
}

/** The first message of a DTLS 1.2 client (RFC 6347 4.2.2) that offers ECDHE with AES-GCM and SRTP. */
export function dtlsClientHello(): Buffer {
  const extensions = Buffer.concat([
    extension(10, '00020017'), // supported_groups: secp256r1
    extension(11, '0100'), // ec_point_formats: uncompressed
    extension(13, '000604030401 0804'), // signature_algorithms: ECDSA and RSA with SHA-256
    extension(14, '0004 0007 0008 00'), // use_srtp: AES-GCM
    extension(23, ''), // extended_master_secret
    extension(0xff01, '00'), // renegotiation_info
  ])
  const body = Buffer.concat([
    hex('fefd'),
    randomBytes(32),
    hex('00 00'), // no session, no cookie
    hex('0004 c02b c02f'), // ECDHE_ECDSA and ECDHE_RSA with AES_128_GCM_SHA256
    hex('0100'), // no compression
    sized(extensions),
  ])
  const length = body.length.toString(16).padStart(6, '0')
  const handshake = Buffer.concat([hex(`01 ${length} 0000 000000 ${length}`), body])
  return Buffer.concat([hex('16 fefd 0000 000000000000'), sized(handshake)])
}

/** Whether a datagram is of DTLS (RFC 7983). */
export function isDtls(datagram: Buffer): boolean {
  const first = datagram[0] ?? 0
  return first >= 20 && first <= 63
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function extension(type: number, content: string): Buffer {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(type)
  return Buffer.concat([head, sized(hex(content))])
}

/** A STUN attribute, filled up to a multiple of four bytes. */
function field(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)])
}

function withLength(message: Buffer, length: number): Buffer {
  const copy = Buffer.from(message)
  copy.writeUInt16BE(length, 2)
  return copy
}

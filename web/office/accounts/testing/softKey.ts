import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const hash = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** What an answer may be given wrong, to see that it is refused. */
export interface Wrong {
  origin?: string
  rpId?: string
  /** The holder was there, and not asked for finger or number. */
  isUnverified?: boolean
}

/** A passkey in software (WebAuthn level 3, sections 6 and 7): ES256, no attestation, and a counter. */
export class SoftKey {
  readonly #id = randomBytes(24)
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject
  readonly #origin: string
  /** Of the last answer. */
  counter = 0

  constructor(origin: string) {
    this.#origin = origin
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#privateKey = privateKey
    this.#publicKey = publicKey
  }

  get id(): string {
    return text(this.#id)
  }

  /** The browser's answer to `registrationOptions`. */
  register({ challenge }: { challenge: string }, wrong: Wrong = {}) {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' })
    const [idSize, credential] = [Buffer.alloc(2), Buffer.alloc(16)]
    idSize.writeUInt16BE(this.#id.length)
    // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    const key = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(x, 'base64url'),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(y, 'base64url'),
    ])
    const authData = Buffer.concat([this.#head(wrong, 0x40), credential, idSize, this.#id, key])
    const size = Buffer.alloc(2)
    size.writeUInt16BE(authData.length)
    // CBOR: {"fmt": "none", "attStmt": {}, "authData": bytes}
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3, 0x63]),
      Buffer.from('fmt'),
      Buffer.from([0x64]),
      Buffer.from('none'),
      Buffer.from([0x67]),
      Buffer.from('attStmt'),
      Buffer.from([0xa0, 0x68]),
      Buffer.from('authData'),
      Buffer.from([0x59]),
      size,
      authData,
    ])
    const clientDataJSON = text(this.#clientData('webauthn.create', challenge, wrong))
    const response = { clientDataJSON, attestationObject: text(attestationObject), transports: ['internal'] }
    return { id: this.id, rawId: this.id, type: 'public-key' as const, response }
  }

  /** The browser's answer to `signInOptions` and `sessionOptions`. */
  answer({ challenge }: { challenge: string }, wrong: Wrong = {}) {
    this.counter++
    const clientData = this.#clientData('webauthn.get', challenge, wrong)
    const authenticatorData = this.#head(wrong)
    const signature = sign('sha256', Buffer.concat([authenticatorData, hash(clientData)]), this.#privateKey)
    const response = {
      clientDataJSON: text(clientData),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
    }
    return { id: this.id, rawId: this.id, type: 'public-key' as const, response }
  }

  #clientData(type: string, challenge: string, { origin = this.#origin }: Wrong): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  /** Whose site, what the holder did, how often. */
  #head({ rpId = new URL(this.#origin).hostname, isUnverified = false }: Wrong, flags = 0): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    return Buffer.concat([hash(rpId), Buffer.from([flags | 0x01 | (isUnverified ? 0 : 0x04)]), counter])
  }
}

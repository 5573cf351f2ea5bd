import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What a test may bend about an answer of the authenticator. */
export type Bent = {
  origin?: string
  rpId?: string
  /** False: it did not check who holds it. */
  isUserVerified?: boolean
  counter?: number
  credentialId?: string
  userHandle?: string
  type?: string
}

/** An authenticator in software (WebAuthn Level 3, 6): one passkey on ES256, which signs whatever it is asked to. */
export class SoftAuthenticator {
  readonly origin: string
  readonly credentialId = randomBytes(16).toString('base64url')
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  userHandle = ''
  counter = 0

  constructor(origin: string) {
    this.origin = origin
  }

  /** Another device with the same passkey: what a thief of the key would have. */
  copy(): SoftAuthenticator {
    const twin = Object.assign(Object.create(SoftAuthenticator.prototype), this) as SoftAuthenticator
    const sign = (data: Buffer) => this.sign(data)
    return Object.assign(twin, { sign })
  }

  sign(data: Buffer): Buffer {
    return createSign('sha256').update(data).sign(this.#keys.privateKey)
  }

  /** Answers `navigator.credentials.create`. */
  register(options: { challenge: string; user: { id: string } }, bent: Bent = {}) {
    this.userHandle = options.user.id
    const id = Buffer.from(this.credentialId, 'base64url')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cosePublicKey(this.#keys.publicKey)])
    const authData = Buffer.concat([this.#authenticatorData(0x40, bent), attested])
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]) as never,
    )
    return {
      ...{ id: this.credentialId, rawId: this.credentialId, type: 'public-key', clientExtensionResults: {} },
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, bent).toString('base64url'),
        attestationObject: Buffer.from(attestationObject).toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** Answers `navigator.credentials.get`. */
  prove(options: { challenge: string }, bent: Bent = {}) {
    const authenticatorData = this.#authenticatorData(0, bent)
    const clientData = this.#clientData('webauthn.get', options.challenge, bent)
    const signature = this.sign(Buffer.concat([authenticatorData, sha256(clientData)]))
    const id = bent.credentialId ?? this.credentialId
    return {
      ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: bent.userHandle ?? this.userHandle,
      },
    }
  }

  #authenticatorData(flags: number, { rpId, isUserVerified = true, counter = this.counter }: Bent): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const userFlags = 0x01 | (isUserVerified ? 0x04 : 0)
    return Buffer.concat([sha256(rpId ?? new URL(this.origin).hostname), Buffer.from([flags | userFlags]), count])
  }

  #clientData(type: string, challenge: string, { origin = this.origin, type: bentType = type }: Bent): Buffer {
    return Buffer.from(JSON.stringify({ type: bentType, challenge, origin, crossOrigin: false }))
  }
}

function cosePublicKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
  return Buffer.from(
    isoCBOR.encode(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ]) as never,
    ),
  )
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

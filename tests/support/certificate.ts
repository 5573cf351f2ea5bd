import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

export type Certificate = {
  /** PEM. */
  readonly key: string
  readonly certificate: string
  /** Base64 of the SHA-256 of its public key, by which Chromium can be told to trust it. */
  readonly fingerprint: string
}

const dayMs = 86_400_000
const oids = {
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  ecdsaWithSha256: '2a8648ce3d040302',
}

/** A self-signed certificate for localhost that lives for two days (RFC 5280), made without any program beside this one. */
export function makeCertificate(at = Date.now()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(oids.ecdsaWithSha256))
  const name = sequence(der(0x31, sequence(oid(oids.commonName), der(0x0c, Buffer.from('localhost')))))
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const alternatives = sequence(oid(oids.subjectAltName), der(0x04, names))
  // Programs that are told to trust it look for it among authorities.
  const yes = der(0x01, Buffer.from([0xff]))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(at - dayMs), time(at + dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(oid(oids.basicConstraints), yes, der(0x04, sequence(yes))), alternatives)),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  const certificate = new X509Certificate(sequence(body, algorithm, signature))
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: certificate.toString(),
    fingerprint: createHash('sha256').update(spki).digest('base64'),
  }
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function time(at: number): Buffer {
  const [date = '', clock = ''] = new Date(at).toISOString().slice(2, 19).split('T')
  return der(0x17, Buffer.from(`${date.replaceAll('-', '')}${clock.replaceAll(':', '')}Z`))
}

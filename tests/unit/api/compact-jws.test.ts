import { generateKeyPair, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { verifyCompactJws } from '../../../app/api/compact-jws.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const algorithms = ['ES256', 'EdDSA'] as const

const ours = (jws: string, key: JWTVerifyGetKey) =>
  verifyCompactJws(jws, key).then(
    ({ claims }) => claims,
    () => null,
  )
const theirs = (jws: string, key: JWTVerifyGetKey) =>
  jwtVerify(jws, key, { algorithms: [...algorithms], currentDate: new Date(0) }).then(
    ({ payload }) => payload,
    () => null,
  )

async function signOne(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const claims = { sub: 'somebody', name: 'Zoë', exp: 4_000_000_000, roles: ['user'] }
  const jws = await new SignJWT(claims).setProtectedHeader({ alg, typ: 'at+jwt', kid: 'k1' }).sign(privateKey)
  const findKey: JWTVerifyGetKey = async () => publicKey
  return { jws, claims, findKey, privateKey }
}

/** One letter changed, at every third place; parts left out, doubled, exchanged, padded; parts that say something else. */
function* mutationsOf(jws: string): Generator<string> {
  for (let at = 0; at < jws.length; at += 3) {
    const letter = letters[(letters.indexOf(jws[at] ?? '') + 1 + (at % 62)) % 64]
    yield jws.slice(0, at) + letter + jws.slice(at + 1)
  }
  const [header = '', claims = '', signature = ''] = jws.split('.')
  yield* [`${header}.${claims}`, `${header}.${claims}.`, `.${claims}.${signature}`, `${header}..${signature}`]
  yield* [`${jws}.`, `${jws}AA`, jws.slice(0, -2), jws.slice(0, -4)]
  yield* [`${claims}.${header}.${signature}`, `${header}.${claims}.${signature}.${signature}`, '', '..', '...']
  yield `${header}.${claims}.${Buffer.alloc(64).toString('base64url')}`
  yield `${header}.${claims}.${Buffer.alloc(64, 255).toString('base64url')}`
  yield `${header}.${encode({ sub: 'somebody else' })}.${signature}`
  for (const alg of ['none', 'HS256', 'ES256', 'EdDSA', 'ES384', 'es256', '', 7, null])
    yield `${encode({ alg, typ: 'at+jwt', kid: 'k1' })}.${claims}.${signature}`
}

describe.each(algorithms)('%s', (alg) => {
  test('what jose signs is accepted, with its claims', async () => {
    const { jws, claims, findKey } = await signOne(alg)
    const { header, claims: read } = await verifyCompactJws(jws, findKey)
    expect(read).toEqual(claims)
    expect(header).toEqual({ alg, typ: 'at+jwt', kid: 'k1' })
  })

  test('of a hundred ways to change it none is accepted, and jose agrees', async () => {
    const { jws, findKey } = await signOne(alg)
    let count = 0
    for (const mutated of mutationsOf(jws)) {
      if (mutated === jws || mutated.slice(0, -1) === jws.slice(0, -1)) continue
      count += 1
      expect([mutated, await ours(mutated, findKey), await theirs(mutated, findKey)]).toEqual([mutated, null, null])
    }
    expect(count).toBeGreaterThan(90)
  })

  test('a signature has one spelling, although jose takes others', async () => {
    const { jws, findKey } = await signOne(alg)
    const last = letters.indexOf(jws.at(-1) ?? '')
    const spare = [1, 2, 3].map((bits) => jws.slice(0, -1) + letters[last + bits])
    for (const other of [...spare, `${jws}=`, `${jws}==`, `${jws} `, ` ${jws}`, `${jws}\n`])
      expect(await ours(other, findKey)).toBeNull()
  })

  test('nothing critical is understood, and what is signed must be a JSON object', async () => {
    const { findKey, privateKey } = await signOne(alg)
    for (const header of [{ crit: ['exp'], exp: 1 }, { crit: ['b64'], b64: true }, { b64: false }]) {
      const signed = new SignJWT({}).setProtectedHeader({ alg, ...header } as never)
      const jws = await signed.sign(privateKey, { crit: { exp: true } }).catch(() => null)
      if (jws !== null) expect(await ours(jws, findKey)).toBeNull()
    }
    const input = `${encode({ alg })}.${encode(['no', 'object'])}`
    const how = alg === 'ES256' ? { name: 'ECDSA', hash: 'SHA-256' } : 'Ed25519'
    const signature = await crypto.subtle.sign(how, privateKey, Buffer.from(input))
    expect(await ours(`${input}.${Buffer.from(signature).toString('base64url')}`, findKey)).toBeNull()
  })

  test('a key of another algorithm, a secret or a private half never verifies', async () => {
    const { jws, privateKey } = await signOne(alg)
    const other = await generateKeyPair(alg === 'ES256' ? 'EdDSA' : 'ES256')
    const wrong = [other.publicKey, (await generateKeyPair('ES384')).publicKey, privateKey, new Uint8Array(32)]
    for (const key of wrong) expect(await ours(jws, async () => key as never)).toBeNull()
  })
})

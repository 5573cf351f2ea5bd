import { exportJWK, generateKeyPair, generateSecret, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { boundClient, challengeIn, DeviceKey, nextChallenge, refreshWith, registerWith } from '../support/device-key.ts'
import { newPerson, rowsOf, signedInClient, withDatabase } from '../support/fixtures.ts'
import { untilEventsAreWritten } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

const second = 1_000
const minute = 60 * second
const boundCookie = '__Host-cloakroom-bound'
const gone = [`${boundCookie}=; Max-Age=0; Path=/; Secure`]

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const liveSessions = (email: string) => rowsOf(server, email).sessions.filter(({ revoked_at }) => revoked_at === null)
const isBound = (email: string) =>
  withDatabase(server, (database) =>
    database
      .prepare(
        'select count(*) as n from sessions join users on users.number = user_number where email = ? and bound_at > 0',
      )
      .get(email),
  ) as { n: number }
async function refusals(email: string): Promise<{ reason: string }[]> {
  await untilEventsAreWritten(server)
  return withDatabase(server, (database) => {
    const events = database
      .prepare(
        `select detail from security_events where type = 'binding.refused'
          and subject_id = (select id from users where email = ?) order by id`,
      )
      .all(email) as { detail: string }[]
    return events.map(({ detail }) => JSON.parse(detail) as { reason: string })
  })
}

/** Somebody who was just invited to bind their session. */
async function invited() {
  const client = new Client(server)
  const person = newPerson()
  const invitation = await client.submit('/register', person)
  return { client, person, challenge: challengeIn(invitation), invitation }
}

describe('a registration is refused', () => {
  const wrong: [string, (challenge: string) => Promise<string>][] = [
    ['of another type', async (challenge) => (await DeviceKey.create()).introduce(challenge, { typ: 'JWT' })],
    [
      'whose key comes with its private part',
      async (challenge) => {
        const key = await DeviceKey.create()
        return key.introduce(challenge, { jwk: key.privateJwk })
      },
    ],
    ['without a key', async (challenge) => (await DeviceKey.create()).prove(challenge)],
    [
      'signed by another key than it shows',
      async (challenge) => {
        const { publicJwk: jwk } = await DeviceKey.create()
        return (await DeviceKey.create()).introduce(challenge, { jwk })
      },
    ],
    [
      'with a point beside the curve',
      async (challenge) => {
        const key = await DeviceKey.create()
        return key.introduce(challenge, { jwk: { ...key.publicJwk, y: key.publicJwk.x ?? '' } })
      },
    ],
    [
      'signed with a shared secret',
      async (challenge) => {
        const { publicJwk } = await DeviceKey.create()
        const secret = await generateSecret('HS256')
        return new SignJWT({ jti: challenge })
          .setProtectedHeader({ alg: 'HS256', typ: 'dbsc+jwt', jwk: publicJwk })
          .sign(secret)
      },
    ],
    [
      'of another curve and algorithm',
      async (challenge) => {
        const pair = await generateKeyPair('ES384', { extractable: true })
        const jwk = await exportJWK(pair.publicKey)
        return new SignJWT({ jti: challenge })
          .setProtectedHeader({ alg: 'ES384', typ: 'dbsc+jwt', jwk })
          .sign(pair.privateKey)
      },
    ],
    [
      'that is not signed at all',
      async (challenge) => {
        const { publicJwk } = await DeviceKey.create()
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
        return `${part({ alg: 'none', typ: 'dbsc+jwt', jwk: publicJwk })}.${part({ jti: challenge })}.`
      },
    ],
    ['of a made-up challenge', async () => (await DeviceKey.create()).introduce(`${'A'.repeat(22)}.0.zz.x.y`)],
    ['that is garbage', async () => 'x.y.z'],
  ]
  test.each(wrong)('%s', async (_, forge) => {
    const { client, person, challenge, invitation } = await invited()
    expect(await registerWith(client, await forge(challenge))).toHaveStatus(403)
    expect(isBound(person.email)).toEqual({ n: 0 })
    // Nothing was used up: the browser itself can still bind the session.
    expect(await (await DeviceKey.create()).register(client, invitation)).toHaveStatus(200)
  })

  test('a second time, with the same challenge or another one: a key is never replaced', async () => {
    const { client, person, invitation } = await invited()
    const key = await DeviceKey.create()
    await key.register(client, invitation)
    const attacker = await DeviceKey.create()
    expect(await attacker.register(client, invitation)).toHaveStatus(403)
    expect(await key.register(client, invitation)).toHaveStatus(403)
    expect(await refusals(person.email)).toEqual([{ reason: 'bound' }, { reason: 'bound' }])
    const { binding_key: stored } = rowsOf(server, person.email).sessions[0] as unknown as { binding_key: string }
    expect(JSON.parse(stored)).toMatchObject({ x: key.publicJwk.x })
  })

  test('to all but one of ten that come at once', async () => {
    const { client, invitation } = await invited()
    const keys = await Promise.all(Array.from({ length: 10 }, () => DeviceKey.create()))
    const answers = await Promise.all(keys.map((key) => key.register(client, invitation)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('after a minute', async () => {
    const { client, person, invitation } = await invited()
    await server.advance(minute)
    expect(await (await DeviceKey.create()).register(client, invitation)).toHaveStatus(403)
    expect(isBound(person.email)).toEqual({ n: 0 })
  })

  test('with the challenge of another session', async () => {
    const victim = await invited()
    const attacker = await invited()
    const key = await DeviceKey.create()
    expect(await registerWith(victim.client, await key.introduce(attacker.challenge))).toHaveStatus(403)
    expect([isBound(victim.person.email), isBound(attacker.person.email)]).toEqual([{ n: 0 }, { n: 0 }])
  })

  test('for a session that has ended', async () => {
    const { client, invitation } = await invited()
    await client.json('POST', '/bff/logout')
    expect(await (await DeviceKey.create()).register(client, invitation)).toHaveStatus(403)
  })

  test('with a challenge that was made for using a key', async () => {
    const { key } = await boundClient(server)
    const other = await DeviceKey.create()
    expect(await registerWith(new Client(server), await other.introduce(key.challenge))).toHaveStatus(403)
  })
})

describe('the use of a key is refused', () => {
  test('when a proof is replayed: each challenge is good for one', async () => {
    const { client, key, person } = await boundClient(server)
    const proof = await key.prove(key.challenge)
    expect(await refreshWith(client, key.bindingId, proof)).toHaveStatus(200)
    const replayed = await refreshWith(new Client(server), key.bindingId, proof)
    expect(replayed).toHaveStatus(403)
    expect(replayed.setCookies).toEqual([])
    expect(await refusals(person.email)).toEqual([{ reason: 'used' }])
  })

  test('to all but one of twenty that replay it at once', async () => {
    const { key } = await boundClient(server)
    const proof = await key.prove(key.challenge)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refreshWith(new Client(server), key.bindingId, proof)),
    )
    expect(answers.filter(({ setCookies }) => setCookies.length > 0)).toHaveLength(1)
  })

  test('for a foreign key, even with the right challenge', async () => {
    const { client, key } = await boundClient(server)
    const proof = await (await DeviceKey.create()).prove(key.challenge)
    const answer = await refreshWith(client, key.bindingId, proof)
    expect([answer.status, answer.setCookies]).toEqual([403, []])
  })

  test('for the key of another session', async () => {
    const [mine, theirs] = [await boundClient(server), await boundClient(server)]
    const asked = await refreshWith(mine.client, theirs.key.bindingId, null)
    const proof = await mine.key.prove(nextChallenge(asked))
    expect(await refreshWith(mine.client, theirs.key.bindingId, proof)).toHaveStatus(403)
    const own = await mine.key.prove(theirs.key.challenge)
    expect(await refreshWith(mine.client, mine.key.bindingId, own)).toHaveStatus(403)
  })

  test('with another type, with a key in the proof, and with garbage in its place', async () => {
    const { client, key } = await boundClient(server)
    const proofs = [
      await key.prove(key.challenge, { typ: 'JWT' }),
      await key.introduce(key.challenge),
      'garbage',
      'a b',
      'x'.repeat(5_000),
    ]
    for (const proof of proofs) expect(await refreshWith(client, key.bindingId, proof)).toHaveStatus(403)
    expect(await key.refresh(client)).toHaveStatus(200)
  })
})

describe('cookies that were copied', () => {
  test('work until the ticket of the key ends, and open nothing afterwards, by whatever way', async () => {
    const { client, key, person } = await boundClient(server)
    const thief = client.clone()
    await server.advance(9 * minute)
    expect(await thief.get('/dashboard')).toHaveStatus(200)
    await server.advance(minute + 11 * second)
    await key.refresh(client)
    const page = await thief.get('/dashboard')
    expect(page).toHaveStatus(307)
    for (const path of ['/dashboard', '/dashboard.data', '/account', '/bff/user', '/inspect', '/account/export']) {
      expect(await thief.get(path)).toHaveStatus(403)
    }
    expect((await thief.get('/')).text).not.toContain(person.name)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('neither end the session, nor replace its ticket, nor get the next one', async () => {
    const { client, person } = await boundClient(server)
    const thief = client.clone()
    thief.jar.store(gone)
    const early = thief.clone()
    await server.advance(6 * minute)
    await thief.get('/dashboard')
    expect(rowsOf(server, person.email).sessions).toMatchObject([{ generation: 0 }])
    await thief.json('POST', '/bff/logout')
    expect(thief.hasRefreshToken).toBe(false)
    // From here on the copy is an old one: in a session that is not bound it would end the session for both.
    await client.get('/dashboard')
    await client.get('/dashboard')
    await server.advance(minute)
    expect(await early.get('/dashboard')).toHaveStatus(403)
    expect(liveSessions(person.email)).toMatchObject([{ generation: 1 }])
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('are of no use with the ticket of somebody else’s key', async () => {
    const victim = await boundClient(server)
    const attacker = await boundClient(server)
    await server.advance(11 * second)
    const thief = victim.client.clone()
    thief.jar.put(boundCookie, attacker.client.jar.find(boundCookie)?.value ?? '')
    expect(await thief.get('/dashboard')).toHaveStatus(307)
    expect(await thief.get('/dashboard')).toHaveStatus(403)
  })

  test('are of no use with a ticket that was tampered with, or that came twice', async () => {
    const { client } = await boundClient(server)
    await server.advance(11 * second)
    const [kid, issued, expires, mac] = (client.jar.find(boundCookie)?.value ?? '').split('.')
    const later = (Number.parseInt(expires ?? '', 36) + 3_600_000).toString(36)
    const thief = client.clone()
    thief.jar.put(boundCookie, [kid, issued, later, mac].join('.'))
    expect(await thief.get('/dashboard')).toHaveStatus(307)
    const twice = `${client.jar.header()}; ${boundCookie}=${[kid, issued, expires, mac].join('.')}`
    const answer = await new Client(server).request('GET', '/dashboard', { headers: { cookie: twice } })
    expect(answer).toHaveStatus(400)
  })

  test('cannot carry out a sensitive change minutes before they end, even with the password at hand', async () => {
    const { client, person } = await boundClient(server)
    const thief = client.clone()
    await server.advance(4 * minute)
    const page = await thief.open('/account/sessions')
    expect(page).toHaveStatus(200)
    const changing = await thief.submit('/account/password', {
      current: person.password,
      password: 'a field of late barley',
    })
    expect(changing).toHaveStatus(307)
    expect(await thief.get('/account/password')).toHaveStatus(403)
  })

  test('do not keep their owner from signing in anew', async () => {
    const { person } = await boundClient(server)
    const again = new Client(server)
    const signedIn = await again.submit('/login', { email: person.email, password: person.password })
    expect(await (await DeviceKey.create()).register(again, signedIn)).toHaveStatus(200)
    expect(await again.get('/dashboard')).toHaveStatus(200)
  })

  test('that somebody signs in with over are not ended by that: a copy may not even log its owner out', async () => {
    const victim = await boundClient(server)
    const thief = victim.client.clone()
    thief.jar.store(gone)
    await server.advance(11 * second)
    const own = await signedInClient(server)
    const signedIn = await thief.submit('/login', { email: own.person.email, password: own.person.password })
    expect(signedIn.isRedirect).toBe(true)
    expect(liveSessions(victim.person.email)).toHaveLength(1)
  })
})

import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { me, verifiedAccess } from '../../../app/contract/index.ts'
import { users } from '../../../db/index.ts'
import { findSecrets } from '../../support/leaks.ts'
import { audience, startApi, type TestApi } from './api-fixture.ts'

let api: TestApi

beforeEach(async () => {
  api = await startApi()
})

test('people read their own account', async () => {
  const person = api.addUser()
  const response = await api.call('GET', '/users/me', { as: person })
  expect(response.status).toBe(200)
  const account = await response.json()
  expect(me.strict().parse(account)).toEqual({
    id: person.id,
    email: person.email,
    name: person.name,
    roles: ['user'],
    createdAt: 1,
  })
})

test('the account is as the store has it now, not as the access token says', async () => {
  const person = api.addUser()
  api.database.update(users).set({ name: 'Renamed', role: 'admin' }).where(eq(users.id, person.id)).run()
  const response = await api.call('GET', '/users/me', { as: person })
  expect(await response.json()).toMatchObject({ name: 'Renamed', roles: ['user', 'admin'] })
})

test('an access token is told to whom it speaks for, without its signature', async () => {
  const person = api.addUser()
  const response = await api.call('GET', '/users/me/access', { as: person })
  expect(response.status).toBe(200)
  const text = await response.text()
  expect(verifiedAccess.strict().parse(JSON.parse(text))).toMatchObject({
    alg: 'ES256',
    kid: 'k1',
    claims: { sub: person.id, aud: audience, client_id: 'cloakroom-bff' },
  })
  expect(findSecrets(text)).toEqual([])
  expect((await api.call('GET', '/users/me/access')).status).toBe(401)
})

test('the access token of an account that is gone is refused', async () => {
  const person = api.addUser()
  api.database.delete(users).where(eq(users.id, person.id)).run()
  const response = await api.call('GET', '/users/me', { as: person })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('the access token of an account that is disabled is refused', async () => {
  const person = api.addUser({ disabledAt: 5 })
  expect((await api.call('GET', '/users/me', { as: person })).status).toBe(401)
})

import { beforeAll, expect, test } from 'vitest'
import { type Person, startApi, type TestApi } from './api-fixture.ts'

let api: TestApi
let person: Person
let accessToken: string

beforeAll(async () => {
  api = await startApi()
  person = api.addUser()
  accessToken = await api.mint(person)
})

test('a request without credentials is 401 with a challenge that names no error', async () => {
  const response = await api.call('GET', '/projects')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="cloakroom"')
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'sign_in_required', status: 401 })
})

test('another scheme counts as no credentials', async () => {
  const response = await api.call('GET', '/projects', { headers: { Authorization: 'Basic dTpw' } })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="cloakroom"')
})

test('an access token in the query is not looked at', async () => {
  const response = await api.call('GET', `/projects?access_token=${accessToken}`)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="cloakroom"')
})

test('an access token in a cookie is not looked at', async () => {
  const headers = { Cookie: `access_token=${accessToken}; Authorization=Bearer ${accessToken}` }
  expect((await api.call('GET', '/projects', { headers })).status).toBe(401)
})

test('an access token in a form body is not looked at', async () => {
  const response = await api.call('POST', '/projects', {
    body: `access_token=${accessToken}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  expect(response.status).toBe(401)
})

test('the scheme is compared without case', async () => {
  const response = await api.call('GET', '/projects', { headers: { Authorization: `bEARER  ${accessToken}` } })
  expect(response.status).toBe(200)
})

test.each([
  ['Bearer'],
  ['Bearer '],
  ['Bearer one two'],
  ['Bearer "quoted"'],
  ['Bearer a, Bearer b'],
  [`Bearer ${'a'.repeat(9_000)}`],
])('a Bearer header that cannot be read is 400 invalid_request (%#)', async (header) => {
  const response = await api.call('GET', '/projects', { headers: { Authorization: header } })
  expect(response.status).toBe(400)
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer realm="cloakroom", error="invalid_request", error_description="The Authorization header is malformed"',
  )
  expect(await response.json()).toMatchObject({ code: 'malformed_request' })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { mintAccessToken } from '../support/access-tokens.ts'
import { exchange } from '../support/browser-client.ts'
import { createProject, signedInClient } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { call, newCaller } from '../support/proxy-house.ts'
import { baseSettings, freePort, startServer, type TestServer } from '../support/server.ts'

/** Starts a resource server on a port; it believes access tokens of `issuer`, which may start later. */
export type StartApi = (port: number, issuer: string) => Promise<{ stop(): Promise<void> }>

/** What holds with any resource server that knows our key set and nothing else of us: tests for `describe`. */
export function describeRemoteApi(startApi: StartApi): void {
  let server: TestServer
  let api: { stop(): Promise<void> }
  let port: number
  beforeAll(async () => {
    port = await freePort()
    server = await startServer({ env: { API_URL: `http://127.0.0.1:${port}` } })
    api = await startApi(port, server.origin)
  })
  afterAll(async () => {
    await api?.stop()
    await server?.stop()
  })
  const ask = (authorization: string) =>
    exchange(`http://127.0.0.1:${port}`, 'GET', '/users/me', { headers: { authorization } })

  test('a person creates, reads, renames, archives, restores and deletes projects through the same pages', async () => {
    const { client } = await signedInClient(server)
    expect((await client.open('/dashboard')).text).toContain('You have no current projects')
    const id = await createProject(client, 'Garden', 'Beans and peas')
    const page = await client.open(`/projects/${id}`)
    expect(page.text).toContain('Beans and peas')
    const renamed = await client.send(page, { name: 'Kitchen garden', description: 'Beans' }, { press: 'Save changes' })
    expect((await client.follow(renamed)).text).toContain('Kitchen garden')
    await client.submit(`/projects/${id}`, {}, { press: 'Archive' })
    expect((await client.open('/dashboard')).text).not.toContain('Kitchen garden')
    expect((await client.open('/dashboard?archived=true')).text).toContain('Kitchen garden')
    await client.submit(`/projects/${id}`, {}, { press: 'Restore' })
    expect((await client.open('/dashboard')).text).toContain('Kitchen garden')
    await client.submit(`/projects/${id}`, {}, { press: 'Delete for good' })
    expect(await client.get(`/projects/${id}`)).toHaveStatus(404)
  })

  test('a list shows only the projects of its owner, page by page, and nobody reaches those of another', async () => {
    const { client } = await signedInClient(server)
    const { client: other } = await signedInClient(server)
    const theirs = await createProject(other, 'Of somebody else')
    for (let index = 1; index <= 21; index++) await createProject(client, `Item ${index} of mine`)
    const [first, second] = [await client.open('/dashboard'), await client.open('/dashboard?page=2')]
    expect(first.html.querySelectorAll('article')).toHaveLength(20)
    expect(second.html.querySelectorAll('article')).toHaveLength(1)
    expect(first.text + second.text).not.toContain('Of somebody else')
    expect(await client.get(`/projects/${theirs}`)).toHaveStatus(404)
  })

  test('scripts reach it through the proxy', async () => {
    const ann = await newCaller(server)
    const headers = { 'content-type': 'application/json' }
    const created = await call(ann, 'POST', '/bff/api/projects', { headers, body: '{"name":"By script"}' })
    expect(created).toHaveStatus(201)
    expect(created.location).toBe(`/bff/api/projects/${created.json().id}`)
    expect((await call(ann, 'GET', '/bff/api/projects')).json()).toMatchObject({ total: 1 })
    const refused = await call(ann, 'POST', '/bff/api/projects', { headers, body: '{"name":" "}' })
    expect(refused).toBeProblem(400, 'invalid_input')
    expect(await call(ann, 'GET', '/bff/api/users/me')).toHaveStatus(200)
  })

  test('it refuses what is not signed by us, for it, of the right kind', async () => {
    const { person } = await signedInClient(server)
    const own = await mintAccessToken(server, person.email)
    expect(await ask(`Bearer ${own}`)).toHaveStatus(200)
    const [header = '', claims = '', signature = ''] = own.split('.')
    const other = await mintAccessToken(server, person.email, { ACCESS_TOKEN_AUDIENCE: 'another-api' })
    const foreign = await mintAccessToken(server, person.email, { APP_ORIGIN: 'http://localhost:1' })
    const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    const plain = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), typ: 'JWT' }
    const retyped = Buffer.from(JSON.stringify(plain)).toString('base64url')
    const forged = [`${unsigned}.${claims}.`, `${retyped}.${claims}.${signature}`, `${header}.${claims}.AAAA`]
    for (const bad of [other, foreign, ...forged]) expect(await ask(`Bearer ${bad}`)).toBeProblem(401, 'invalid_token')
  })

  test('new signing keys change nothing for anybody', async () => {
    const { client, person } = await signedInClient(server)
    await createProject(client, 'Before')
    const kidOf = (jwt: string) =>
      JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid as string
    const before = await mintAccessToken(server, person.email)
    for (let round = 0; round < 2; round++) {
      const { code, stderr } = await runProgram('app/cli/keys.ts', {
        env: baseSettings(server.port, server.dataDir),
        args: ['rotate'],
      })
      expect([code, stderr]).toEqual([0, ''])
      expect((await client.open('/dashboard')).text).toContain('Before')
    }
    const after = await mintAccessToken(server, person.email)
    expect(kidOf(after)).not.toBe(kidOf(before))
    // The server looks every ten seconds whether a command has made keys, and signs with none that it does not show.
    const shown = async () => (await exchange(server.origin, 'GET', '/.well-known/jwks.json')).text
    await expect.poll(shown, { timeout: 15_000 }).toContain(kidOf(after))
    // It reads the key set at most once in a second.
    await expect.poll(async () => (await ask(`Bearer ${after}`)).status, { timeout: 15_000 }).toBe(200)
    expect(await ask(`Bearer ${before}`)).toHaveStatus(200)
    expect((await client.open('/dashboard')).text).toContain('Before')
  })
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { startServer, type TestServer } from '../support/server.ts'

const cookieName = '__Host-Http-cloakroom-preferences'
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

const look = (html: string) => /<html[^>]*data-theme="(\w+)"/.exec(html)?.[1] ?? null

test('somebody who is not signed in chooses dark, gets it on every page, error pages too, and takes it back', async () => {
  const visitor = new Client(server)
  expect(look((await visitor.get('/login')).body)).toBeNull()
  const chosen = await visitor.submit('/preferences?redirectTo=/login', { theme: 'dark' })
  expect(chosen.location).toBe('/login')
  for (const path of ['/login', '/', '/nothing-here']) expect(look((await visitor.get(path)).body)).toBe('dark')
  expect((await visitor.open('/preferences')).body).toMatch(/value="dark"[^>]*checked|checked[^>]*value="dark"/)
  await visitor.submit('/preferences', { theme: 'system' })
  expect(look((await visitor.get('/login')).body)).toBeNull()
})

test('a choice that is on no list is refused, and a cookie that holds one counts as none', async () => {
  const visitor = new Client(server)
  const page = await visitor.open('/preferences')
  const refused = await visitor.send(page, { theme: 'sepia' })
  expect(refused).toHaveStatus(400)
  for (const value of [
    'theme=sepia',
    'theme=dark&lang=xx',
    'theme="><script>',
    'lang=de&theme=dark',
    'x'.repeat(4_000),
  ]) {
    visitor.jar.put(cookieName, value)
    const answer = await visitor.get('/login')
    expect(answer).toHaveStatus(200)
    expect(look(answer.body)).toBeNull()
  }
})

test('another site neither changes the choice nor sends people on to itself', async () => {
  const visitor = new Client(server)
  const page = await visitor.open('/preferences?redirectTo=//evil.example/')
  const foreign = await visitor.send(page, { theme: 'dark' }, {}, { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(foreign).toHaveStatus(403)
  expect(visitor.jar.find(cookieName)).toBeNull()
  const own = await visitor.send(page, { theme: 'dark', redirectTo: 'https://evil.example/' })
  expect(own.location).toBe('/')
})

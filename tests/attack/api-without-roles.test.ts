import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedInClient } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { sendJson, startUpstream, type Upstream } from '../support/upstream.ts'

// An API that gives everything to everybody: what keeps people from an admin's pages is the guard alone.

let upstream: Upstream
let server: TestServer
let routes: { path: string; method: string }[]
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = (_call, response) => sendJson(response, 200, { items: [], page: 1, limit: 20, total: 0 })
  server = await startServer({ env: { API_URL: upstream.origin } })
  const { stdout } = await runProgram('app/cli/routes.ts')
  routes = stdout.split('\n').flatMap((line) => {
    const [path = '', methods = '', access] = line.split(/ {2,}/)
    if (access !== 'admin') return []
    const filled = path.replace(':id', 'AAAAAAAAAAAAAAAAAAAAAA')
    return methods.split(' ').flatMap((method) => [
      { method, path: filled },
      { method, path: `${filled}.data` },
    ])
  })
})
afterAll(async () => {
  await server?.stop()
  await upstream?.close()
})

test('somebody who is no admin is refused on every admin route, and the API hears nothing of it', async () => {
  const { client } = await signedInClient(server)
  const csrf = await client.csrf()
  expect(routes.length).toBeGreaterThan(20)
  upstream.calls.length = 0
  for (const { method, path } of routes) {
    const answer =
      method === 'POST' ? await client.post(path, { csrf, intent: 'disable' }) : await client.request(method, path)
    expect([path, method, answer.status]).toEqual([path, method, path.endsWith('.data') ? answer.status : 403])
    if (method !== 'HEAD') expect(answer.body, path).toContain('admin_required')
  }
  expect(upstream.calls).toEqual([])
})

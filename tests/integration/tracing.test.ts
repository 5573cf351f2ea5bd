import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Caller, call, newCaller } from '../support/proxy-house.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { sendJson, startUpstream, type Upstream } from '../support/upstream.ts'

let api: Upstream
let server: TestServer
let ann: Caller
beforeAll(async () => {
  api = await startUpstream()
  server = await startServer({ env: { API_URL: api.origin, TRUSTED_PROXIES: '127.0.0.1/32,::1/128' } })
  ann = await newCaller(server)
})
afterAll(async () => {
  await server?.stop()
  await api?.close()
})
beforeEach(() => {
  api.calls.length = 0
  api.answer = (_call, response) => sendJson(response, 200, { items: [], page: 1, limit: 50, total: 0 })
})

const traceOf = (header: unknown) => String(header).split('-')[1] ?? ''
const linesWith = (text: string) =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes(text))
const begun = '4bf92f3577b34da6a3ce929d0e0e4736'

test('the line of a request names the trace that its calls upstream carry', async () => {
  const answer = await call(ann, 'GET', '/bff/api/projects')
  const trace = traceOf(api.calls[0]?.headers.traceparent)
  expect(trace).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
  await expect.poll(() => linesWith(`"trace":"${trace}"`)).toHaveLength(1)
  const [line = ''] = linesWith(`"trace":"${trace}"`)
  expect(JSON.parse(line)).toMatchObject({ request: answer.headers['x-request-id'], route: '/bff/api/*', status: 200 })
})

test('a trace that our own proxy has begun goes on; one that says nothing does not', async () => {
  await call(ann, 'GET', '/bff/api/projects', { headers: { traceparent: `00-${begun}-00f067aa0ba902b7-00` } })
  await call(ann, 'GET', '/bff/api/projects', { headers: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` } })
  const [first, second] = api.calls.map(({ headers }) => String(headers.traceparent))
  expect(first).toMatch(new RegExp(`^00-${begun}-[0-9a-f]{16}-00$`))
  expect(first).not.toContain('00f067aa0ba902b7')
  expect(second).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/)
})

test('nothing of OpenTelemetry shows while no SDK is registered', () => {
  expect(linesWith('"span"')).toEqual([])
})

test('with an SDK the request, the verdict on the session and the call upstream are spans of one trace', async () => {
  const preload = new URL('../support/telemetry.ts', import.meta.url).href
  await server.restart({ NODE_OPTIONS: `--import ${preload}` })
  const headers = { traceparent: `00-${begun}-00f067aa0ba902b7-01` }
  const answer = await call(ann, 'GET', '/bff/api/projects', { headers })
  await expect.poll(() => linesWith('"name":"GET /bff/api/*"')).toHaveLength(1)
  const spans = linesWith('"span"')
    .map((line) => JSON.parse(line).span as Record<string, string> & { attributes: Record<string, unknown> })
    .filter(({ traceId }) => traceId === begun)
  const [request] = spans.filter(({ name }) => name === 'GET /bff/api/*')
  expect(request?.parentSpanId).toBe('00f067aa0ba902b7')
  expect(request?.attributes).toMatchObject({
    'http.route': '/bff/api/*',
    'http.response.status_code': 200,
    'cloakroom.request': answer.headers['x-request-id'],
  })
  for (const name of ['session verdict', 'call of a service']) {
    expect(spans.find((span) => span.name === name)).toMatchObject({ parentSpanId: request?.spanId })
  }
  const called = spans.find(({ name }) => name === 'call of a service')
  expect(api.calls[0]?.headers.traceparent).toBe(`00-${begun}-${called?.spanId}-01`)
})

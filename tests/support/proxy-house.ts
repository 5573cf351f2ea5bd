import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from './answer.ts'
import type { Client, RequestOptions } from './browser-client.ts'
import { signedInClient } from './fixtures.ts'
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts'
import { freePort, startServer, type TestServer } from './server.ts'
import { until } from './until.ts'
import { startUpstream, type Upstream } from './upstream.ts'

export type StreamHandler = (request: IncomingMessage, response: ServerResponse) => void

/** A server with services of every kind behind its proxy. */
export type ProxyHouse = {
  server: TestServer
  /** Takes whole requests; behind `/bff/api`, and with other settings behind `plain`, `open`, `boss` and `bare`. */
  api: Upstream
  raw: RawUpstream
  /** Answers `streams` as `onStream` says, piece by piece. */
  onStream: StreamHandler
  stop(): Promise<void>
}

const everything = [{ methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], path: '/**' }]

export async function openProxyHouse(): Promise<ProxyHouse> {
  const [api, raw] = [await startUpstream(), await startRawUpstream()]
  const streams = createServer((incoming, response) => house.onStream(incoming, response))
  const streamPort = await freePort()
  await new Promise<void>((resolve) => streams.listen(streamPort, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-upstreams-'))
  const file = join(folder, 'upstreams.json')
  const further = { audience: 'further', allow: everything }
  const upstreams = [
    {
      name: 'based',
      baseUrl: `${api.origin}/v1`,
      ...further,
      requestHeaders: ['X-Tenant'],
      responseHeaders: ['X-Total'],
    },
    { name: 'open', baseUrl: api.origin, access: 'public', token: 'none', allow: everything },
    { name: 'boss', baseUrl: api.origin, access: 'admin', ...further },
    { name: 'raw', baseUrl: raw.origin, ...further },
    { name: 'hasty', baseUrl: raw.origin, ...further, timeout: '300ms', idleTimeout: '300ms' },
    { name: 'down', baseUrl: `http://127.0.0.1:${await freePort()}`, ...further },
    { name: 'streams', baseUrl: `http://127.0.0.1:${streamPort}`, ...further, bodyLimit: '1GiB' },
    {
      name: 'tight',
      baseUrl: `http://127.0.0.1:${streamPort}`,
      ...further,
      bodyLimit: '100KiB',
      responseLimit: '1KiB',
    },
  ]
  const allow = [
    { methods: ['GET', 'POST'], path: '/projects' },
    { methods: ['GET', 'PATCH', 'DELETE'], path: '/projects/*' },
    { methods: ['GET'], path: '/files/**' },
  ]
  writeFileSync(file, JSON.stringify({ api: { allow }, upstreams }))
  const server = await startServer({ env: { API_URL: api.origin, UPSTREAMS_FILE: file } })
  const house: ProxyHouse = {
    ...{ server, api, raw },
    onStream: (_incoming, response) => void response.writeHead(404).end(),
    stop: async () => {
      await server.stop()
      await Promise.all([api.close(), raw.close()])
      streams.closeAllConnections()
      streams.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return house
}

/** Somebody signed in, with the value for `X-CSRF-Token`. */
export type Caller = { client: Client; csrf: string }

export async function newCaller(server: TestServer): Promise<Caller> {
  const { client } = await signedInClient(server)
  return { client, csrf: await client.csrf() }
}

/** A call of a script, as a browser sends it, with the CSRF value. */
export function call(
  { client, csrf }: Caller,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  return client.request(method, path, { ...options, headers: { ...scriptHeaders(csrf), ...options.headers } })
}

function scriptHeaders(csrf: string): Record<string, string> {
  return { accept: 'application/json', 'sec-fetch-site': 'same-origin', 'x-csrf-token': csrf }
}

/** A call whose body and answer the test moves itself. */
export function openCall({ client, csrf }: Caller, server: TestServer, method: string, path: string) {
  const headers = { ...scriptHeaders(csrf), cookie: client.jar.header() ?? '' }
  const outgoing = request({ host: 'localhost', port: server.port, method, path, headers, agent: false })
  outgoing.on('error', () => {})
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', (incoming) => {
      incoming.on('error', () => {})
      resolve(incoming)
    })
    outgoing.on('error', reject)
  })
  answer.catch(() => {})
  return { outgoing, answer }
}

/** Waits until a number has stopped growing, and returns it. */
export async function settled(read: () => number): Promise<number> {
  let [last, since] = [read(), performance.now()]
  return until('a number that stops growing', () => {
    const value = read()
    if (value !== last) [last, since] = [value, performance.now()]
    return performance.now() - since > 700 ? value : null
  })
}

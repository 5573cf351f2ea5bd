import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signInAtProvider } from '../support/at-provider.ts'
import { Client } from '../support/browser-client.ts'
import {
  answer,
  type CountedRequest,
  type CountingUpstream,
  type Moment,
  startCountingUpstream,
} from '../support/counting-upstream.ts'
import { inDepth } from '../support/depth.ts'
import { createProject, signedInClient } from '../support/fixtures.ts'
import { startFederated } from '../support/openid-provider.ts'
import { type Caller, call, newCaller } from '../support/proxy-house.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

// One call in, one call out: whatever the method and however a body is framed, a service reads from its kept connections the
// calls that were let in, byte for byte, and nothing that a body only looks like.

const limitMs = 180_000
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const
const served: readonly string[] = methods.slice(0, 6)
const bodiless: readonly string[] = ['GET', 'HEAD']

/** Read as a request, these bodies would be one. */
const smuggled = 'DELETE /smuggled HTTP/1.1\r\nHost: service\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
/** Longer than what the proxy keeps to send again. */
const long = smuggled + 'x'.repeat(70_000)

type Framing = {
  head: string
  bytes: string
  /** What the service must get; null for what is no request at all. */
  body: string | null
  /** The visitor breaks off before all that was announced has been sent. */
  isCut?: boolean
  /** Another request stands behind it on the same connection. */
  isFollowed?: boolean
  /** Too long or too unknown to be sent twice. */
  isStream?: boolean
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const chunked = 'Transfer-Encoding: chunked\r\n'
const length = (bytes: number | string) => `Content-Length: ${bytes}\r\n`

const framings: Record<string, Framing> = {
  none: { head: '', bytes: '', body: '' },
  'a length of nothing': { head: length(0), bytes: '', body: '' },
  'a length of 000': { head: length('000'), bytes: '', body: '' },
  'a length': { head: length(smuggled.length), bytes: smuggled, body: smuggled },
  'a length with zeros in front': { head: length(`000${smuggled.length}`), bytes: smuggled, body: smuggled },
  'a long length': { head: length(long.length), bytes: long, body: long, isStream: true },
  chunks: { head: chunked, bytes: `${chunk(smuggled)}0\r\n\r\n`, body: smuggled, isStream: true },
  'many chunks': {
    head: chunked,
    bytes: `${[...smuggled].map(chunk).join('')}0\r\n\r\n`,
    body: smuggled,
    isStream: true,
  },
  'long chunks': { head: chunked, bytes: `${chunk(long)}${chunk(long)}0\r\n\r\n`, body: long + long, isStream: true },
  'no chunk at all': { head: chunked, bytes: '0\r\n\r\n', body: '', isStream: true },
  'chunks with extensions and trailers': {
    ...{ head: `${chunked}Trailer: x-late\r\n`, body: 'abc', isStream: true },
    bytes: '3;name=value\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n',
  },
  'a length and a request behind it': { head: length(3), bytes: `abc${smuggled}`, body: 'abc', isFollowed: true },
  'nothing and a request behind it': { head: '', bytes: smuggled, body: '', isFollowed: true },
  'a length that is not reached': { head: length(smuggled.length + 9), bytes: smuggled, body: smuggled, isCut: true },
  'a long length that is not reached': { head: length(long.length + 9), bytes: long, body: long, isCut: true },
  'chunks without an end': { head: chunked, bytes: chunk(smuggled), body: smuggled, isCut: true, isStream: true },
  'a chunk without its end': { head: chunked, bytes: 'ff\r\nabc', body: 'abc', isCut: true, isStream: true },
  'a length and chunks': { head: length(5) + chunked, bytes: '0\r\n\r\n', body: null },
  'two lengths': { head: length(3) + length(4), bytes: 'abc', body: null },
  'a list of lengths': { head: length('3, 3'), bytes: 'abc', body: null },
  'a length with a sign': { head: length('+3'), bytes: 'abc', body: null },
  'a length below nothing': { head: length(-3), bytes: 'abc', body: null },
  'a coding in front of chunks': {
    ...{ head: 'Transfer-Encoding: gzip, chunked\r\n', body: null },
    bytes: `${chunk(smuggled)}0\r\n\r\n`,
  },
  'a coding without chunks': { head: 'Transfer-Encoding: gzip\r\n', bytes: smuggled, body: null },
  'identity for a coding': { head: 'Transfer-Encoding: identity\r\n', bytes: smuggled, body: null },
  'chunks twice': { head: 'Transfer-Encoding: chunked, chunked\r\n', bytes: '0\r\n\r\n', body: null },
  'chunks behind a tab': { head: 'Transfer-Encoding:\tchunked\r\n', bytes: '0\r\n\r\n', body: '', isStream: true },
}

/** How the service behaves; each call carries the name in its path. */
const behaviours = {
  answers: (_request: CountedRequest, moment: Moment, socket: Socket) => {
    if (moment === 'whole') answer(socket, 200, 'ok')
  },
  'answers before it reads': (_request: CountedRequest, moment: Moment, socket: Socket) => {
    if (moment === 'head') answer(socket, 200, 'early')
  },
  'fails before it reads': (_request: CountedRequest, moment: Moment, socket: Socket) => {
    if (moment === 'head') answer(socket, 500, 'early')
  },
  'refuses the first token': (request: CountedRequest, moment: Moment, socket: Socket) => {
    if (moment === 'whole') answer(socket, isFirst(request) ? 401 : 200, isFirst(request) ? '' : 'ok')
  },
  'hangs up on the first': (request: CountedRequest, moment: Moment, socket: Socket) => {
    if (moment === 'head' && isFirst(request)) socket.resetAndDestroy()
    else if (moment === 'whole') answer(socket, 200, 'ok')
  },
  'says it closes, and does not': (_request: CountedRequest, moment: Moment, socket: Socket) => {
    if (moment === 'whole') socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok')
  },
} as const
type Behaviour = keyof typeof behaviours

let upstream: CountingUpstream
beforeAll(async () => {
  upstream = await startCountingUpstream()
  upstream.onRequest = (request, moment, socket) => {
    const name = decodeURIComponent(request.target.split('/').at(-2) ?? '')
    const behave = behaviours[name as Behaviour] ?? behaviours.answers
    behave(request, moment, socket)
  }
})
afterAll(() => upstream?.close())
beforeEach(forget)

function forget(): void {
  upstream.requests.length = 0
  upstream.strays.length = 0
}

function isFirst(request: CountedRequest): boolean {
  return upstream.requests.find(({ target }) => target === request.target) === request
}

/** Sends one call byte by byte and returns the status of its answer; null when the connection just closed. */
function send(port: number, caller: Caller, method: string, path: string, framing: Framing): Promise<number | null> {
  const head =
    `${method} ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nX-CSRF-Token: ${caller.csrf}\r\n` +
    `Cookie: ${caller.client.jar.header() ?? ''}\r\n${framing.isCut || framing.isFollowed ? '' : 'Connection: close\r\n'}${framing.head}\r\n`
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = ''
    socket.on('data', (data) => {
      received += data.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? Number.NaN) || null))
    socket.write(Buffer.from(head + framing.bytes, 'latin1'))
    if (framing.isCut) socket.end()
  })
}

/** What is wrong with how one call went; nothing when all is as it has to be. */
function faultsOf(method: string, framing: Framing, behaviour: Behaviour, status: number | null): string[] {
  const faults: string[] = []
  const { strays } = upstream
  const requests = upstream.requests.filter((request) => !isNext(request))
  const expected = expectedOf(method, framing, behaviour)
  if (strays.length > 0) faults.push(`bytes outside of any request: ${JSON.stringify(strays[0]?.slice(0, 60))}`)
  if (requests.length < expected.least || requests.length > expected.most)
    faults.push(`${requests.length} requests instead of ${expected.least} to ${expected.most}`)
  for (const request of requests) {
    if (request.method !== method) faults.push(`a request that was not sent: ${request.method} ${request.target}`)
    const sent = framing.body ?? ''
    const isSound = request.isWhole ? request.body === sent && !framing.isCut : sent.startsWith(request.body)
    if (!isSound) faults.push(`a body of ${request.body.length} bytes instead of ${sent.length}`)
  }
  if (expected.most === 0 && status !== null && status < 400) faults.push(`${status} for what may not pass`)
  return faults
}

function expectedOf(method: string, framing: Framing, behaviour: Behaviour): { least: number; most: number } {
  const isBare = framing.body === '' && !framing.isStream
  if (!served.includes(method) || framing.body === null) return { least: 0, most: 0 }
  if (bodiless.includes(method) && !isBare) return { least: 0, most: 0 }
  if (framing.isCut) return { least: 0, most: 1 }
  if (behaviour === 'refuses the first token') return framing.isStream ? { least: 1, most: 1 } : { least: 2, most: 2 }
  if (behaviour === 'hangs up on the first') return { least: 1, most: isRepeatable(method, framing) ? 2 : 1 }
  return { least: 1, most: 1 }
}

function isRepeatable(method: string, { isStream }: Framing): boolean {
  return !isStream && ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method)
}

/** Every method with every framing, each followed by a call of somebody else over the connections that were kept. */
async function tryAll(port: number, prefix: string, [ann, bob]: [Caller, Caller], behaviour: Behaviour) {
  const found: string[] = []
  for (const [name, framing] of Object.entries(framings)) {
    for (const method of methods) {
      forget()
      const status = await send(port, ann, method, `${prefix}/${encodeURIComponent(behaviour)}/1`, framing)
      const next = await faultsOfNext(bob, prefix)
      // Judged last: of a call that was broken off the service may hear after its visitor has been let go.
      const faults = [...faultsOf(method, framing, behaviour, status), ...next]
      for (const fault of faults) found.push(`${method} with ${name}: ${fault}`)
    }
  }
  return found
}

async function faultsOfNext(bob: Caller, prefix: string): Promise<string[]> {
  const { status, body } = await call(bob, 'GET', `${prefix}/answers/next`)
  const count = upstream.requests.filter(isNext).length
  return [
    ...(status === 200 && body === 'ok' ? [] : [`the next call was answered ${status} ${body}`]),
    ...(count === 1 ? [] : [`the next call came ${count} times`]),
  ]
}

function isNext({ target }: CountedRequest): boolean {
  return target.endsWith('/answers/next')
}

const everything = [{ methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], path: '/**' }]

describe('through the proxy', () => {
  let server: TestServer
  let callers: [Caller, Caller]
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-framing-'))
  beforeAll(async () => {
    const file = join(folder, 'upstreams.json')
    const further = { baseUrl: upstream.origin, allow: everything }
    const upstreams = [
      { name: 'own', ...further, audience: 'further' },
      { name: 'open', ...further, access: 'public', token: 'none' },
    ]
    writeFileSync(file, JSON.stringify({ api: { allow: everything }, upstreams }))
    server = await startServer({ env: { API_URL: upstream.origin, UPSTREAMS_FILE: file } })
    callers = [await newCaller(server), await newCaller(server)]
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const places = [
    ['the API elsewhere', '/bff/api'],
    ['a service with a token of ours', '/bff/upstreams/own'],
    ['a service without a token', '/bff/upstreams/open'],
  ] as const
  const cases = places.flatMap(([place, prefix]) =>
    (Object.keys(behaviours) as Behaviour[])
      .filter((behaviour) => behaviour !== 'refuses the first token' || prefix !== '/bff/upstreams/open')
      .map((behaviour) => [place, behaviour, prefix] as const),
  )

  // Each service once, and each behaviour once.
  const fewer = cases.filter(
    ([place, behaviour]) => behaviour === 'answers' || place === 'a service with a token of ours',
  )
  test.each(inDepth(cases, fewer))(
    '%s that %s reads the calls that were let in and nothing else',
    async (_place, behaviour, prefix) => {
      expect(await tryAll(server.port, prefix, callers, behaviour)).toEqual([])
    },
    limitMs,
  )

  test('many people’s calls at once over shared connections keep their bodies apart', async () => {
    const [ann, bob] = callers
    const all = Array.from({ length: 120 }, (_, index) => {
      const caller = index % 2 === 0 ? ann : bob
      const method = ['POST', 'PUT', 'PATCH', 'DELETE'][index % 4] ?? 'POST'
      const text = `${index}:${smuggled}${'y'.repeat((index * 997) % 4_000)}`
      const isCut = index % 5 === 0
      const framing = { head: chunked, bytes: chunk(text) + (isCut ? '' : '0\r\n\r\n'), body: text, isCut }
      return {
        method,
        framing,
        sent: send(server.port, caller, method, `/bff/upstreams/own/answers/${index}`, framing),
      }
    })
    await Promise.all(all.map(({ sent }) => sent))
    await until('the last request', () => (upstream.requests.length >= 96 ? true : null))
    expect(upstream.strays).toEqual([])
    for (const request of upstream.requests) {
      const { method, framing } = all[Number(request.target.split('/').at(-1))] ?? {}
      expect(request.method).toBe(method)
      if (request.isWhole) expect(request.body).toBe(framing?.body)
      else expect(framing?.isCut).toBe(true)
    }
    expect(upstream.requests.filter(({ isWhole }) => isWhole)).toHaveLength(96)
  })

  test('a visitor who leaves while an upload is read leaves a connection that nobody is given', async () => {
    const [ann, bob] = callers
    for (const method of ['POST', 'DELETE']) {
      forget()
      const path = '/bff/upstreams/own/answers/left'
      const socket = connect({ port: server.port, host: '127.0.0.1' })
      socket.on('error', () => {})
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\nX-CSRF-Token: ${ann.csrf}\r\n` +
          `Cookie: ${ann.client.jar.header()}\r\n${chunked}\r\n${chunk('abc')}`,
      )
      const begun = await until('the call', () => upstream.requests.find(({ body }) => body === 'abc') ?? null)
      socket.resetAndDestroy()
      expect((await call(bob, 'GET', '/bff/upstreams/own/answers/next')).body).toBe('ok')
      expect(begun.isWhole).toBe(false)
      expect(upstream.requests.at(-1)?.connection).not.toBe(begun.connection)
      expect(upstream.strays).toEqual([])
    }
  })
})

describe('with the access token of a provider', () => {
  let house: Awaited<ReturnType<typeof startFederated>>
  let callers: [Caller, Caller]
  beforeAll(async () => {
    house = await startFederated({
      upstreams: [{ name: 'calendar', baseUrl: upstream.origin, token: 'provider', allow: everything }],
    })
    house.provider.accounts.set('grace', { email: 'grace@example.com', email_verified: true, name: 'Grace' })
    const client = new Client(house.server)
    await signInAtProvider(client, 'grace')
    const grace = { client, csrf: await client.csrf() }
    callers = [grace, grace]
  })
  afterAll(() => house?.stop())

  test.each(['answers', 'answers before it reads', 'fails before it reads'] as const)(
    'a service that %s reads the calls that were let in and nothing else',
    async (behaviour) => {
      const { port } = house.server
      expect(await tryAll(port, '/bff/upstreams/calendar', callers, behaviour)).toEqual([])
    },
    limitMs,
  )
})

describe('the pages', () => {
  test('ask an API elsewhere once for what is done once, and frame what they send', async () => {
    const seen = upstream.onRequest
    const stamps = { archivedAt: null, createdAt: 1, updatedAt: 1 }
    upstream.onRequest = (request, moment, socket) => {
      if (moment !== 'whole') return
      const project = { id: '11111111-1111-4111-8111-111111111111', name: 'x', description: '', ...stamps }
      const text = request.method === 'GET' ? '{"items":[],"total":0,"page":1,"limit":20}' : JSON.stringify(project)
      const head = `HTTP/1.1 ${request.method === 'POST' ? 201 : 200} X\r\nContent-Type: application/json\r\n`
      socket.write(`${head}Content-Length: ${text.length}\r\n\r\n${text}`)
    }
    const server = await startServer({ env: { API_URL: upstream.origin } })
    try {
      const { client } = await signedInClient(server)
      await createProject(client, smuggled.replaceAll('\r\n', ' ')).catch(() => {})
      const posts = upstream.requests.filter(({ method }) => method === 'POST')
      expect(posts).toHaveLength(1)
      expect(JSON.parse(posts[0]?.body ?? '')).toMatchObject({ name: expect.stringContaining('/smuggled') })
      expect(upstream.strays).toEqual([])
      expect(upstream.requests.every(({ isWhole, target }) => isWhole && target !== '/smuggled')).toBe(true)
    } finally {
      upstream.onRequest = seen
      await server.stop()
    }
  })
})

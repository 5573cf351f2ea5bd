import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request as requestPlainly, type ServerResponse } from 'node:http'
import { Agent, globalAgent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, exchange } from '../support/browser-client.ts'
import { isAlive } from '../support/children.ts'
import { newPerson, signIn, signUp } from '../support/fixtures.ts'
import { startLoad } from '../support/load.ts'
import { storedEventsOf } from '../support/security-events.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { type FrontProxy, isInstalled, type ProxyName, startFrontProxy } from './front-proxy.ts'

const names: ProxyName[] = ['nginx', 'caddy']
const present = names.filter(isInstalled)
for (const name of names) if (!present.includes(name)) console.warn(`${name} is not installed: its example was NOT run`)

/** A visitor's own address: all of 127.0.0.0/8 is this machine, and only 127.0.0.1 is trusted. */
const visitor = '127.0.0.5'
const claimed = '203.0.113.9'

describe.each(present)('%s', (name) => {
  let nodes: [TestServer, TestServer]
  let proxy: FrontProxy
  let folder: string
  let onStream = (_request: IncomingMessage, response: ServerResponse) => void response.end()
  const service = createServer((incoming, response) => onStream(incoming, response))

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cloakroom-nodes-'))
    const [port, servicePort] = [await freePort(), await freePort()]
    await new Promise<void>((resolve) => service.listen(servicePort, '127.0.0.1', resolve))
    const upstreams = join(folder, 'upstreams.json')
    const allow = [{ methods: ['GET', 'POST'], path: '/**' }]
    const baseUrl = `http://127.0.0.1:${servicePort}`
    writeFileSync(
      upstreams,
      JSON.stringify({ upstreams: [{ name: 'streams', baseUrl, audience: 'further', allow, bodyLimit: '1GiB' }] }),
    )
    const env = {
      APP_ORIGIN: `https://localhost:${port}`,
      APP_SECRETS: Buffer.alloc(48, 'behind a proxy').toString('base64'),
      TRUSTED_PROXIES: '127.0.0.1/32',
      UPSTREAMS_FILE: upstreams,
    }
    const first = await startServer({ dataDir: join(folder, 'data'), env })
    nodes = [first, await startServer({ dataDir: join(folder, 'data'), env })]
    proxy = await startFrontProxy(
      name,
      port,
      nodes.map((node) => node.port),
    )
    globalAgent.options.ca = proxy.certificate
  })
  afterAll(async () => {
    await proxy?.stop()
    await Promise.all((nodes ?? []).map((node) => node.stop()))
    service.closeAllConnections()
    service.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Asks from the visitor's address and reads the answer. */
  async function ask(path: string, headers: Record<string, string> = {}, agent: Agent | false = false) {
    const outgoing = request({
      ...{ host: '127.0.0.1', servername: 'localhost', port: proxy.port, path, agent, ca: proxy.certificate },
      ...{ localAddress: visitor, headers: { host: `localhost:${proxy.port}`, ...headers } },
    })
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      outgoing.on('response', resolve).on('error', reject),
    )
    outgoing.end()
    const incoming = await answer
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    return { status: incoming.statusCode, headers: incoming.headers, text, isReused: outgoing.reusedSocket }
  }

  /** A call of a script whose body and answer the test moves itself. */
  function openCall(client: Client, csrf: string, method: string, path: string) {
    const headers = { cookie: client.jar.header() ?? '', 'sec-fetch-site': 'same-origin', 'x-csrf-token': csrf }
    const outgoing = request(`${proxy.origin}${path}`, { method, headers, agent: false, ca: proxy.certificate })
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      outgoing.on('response', resolve).on('error', reject),
    )
    answer.catch(() => {})
    return { outgoing, answer }
  }

  test('people sign up and in over TLS, with cookies that only TLS carries, on whichever node they land', async () => {
    const client = new Client(proxy)
    const person = await signUp(client)
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.get('/dashboard')))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const [cookie] = client.history
      .flatMap((answer) => answer.setCookies)
      .filter((text) => text.includes('Http-cloakroom='))
    expect(cookie).toMatch(/^__Host-Http-cloakroom=.*; Secure/)
    expect(answers[0]?.headers['strict-transport-security']).toMatch(/max-age=63072000/)
    const elsewhere = new Client(proxy)
    await signIn(elsewhere, person)
    expect(await elsewhere.get('/account')).toHaveStatus(200)
  })

  test('plain HTTP leads to TLS and nowhere else', async () => {
    const answer = await exchange(`http://localhost:${proxy.plainPort}`, 'GET', '/login?redirectTo=/account')
    expect([301, 308]).toContain(answer.status)
    expect(answer.location).toBe(`${proxy.origin}/login?redirectTo=/account`)
  })

  test('the address of the connection is noted, whatever the visitor claims', async () => {
    const headers = { 'x-forwarded-for': claimed, forwarded: `for=${claimed}`, 'x-real-ip': claimed }
    await ask('/login', {
      ...headers,
      cookie: '__Host-Http-cloakroom=nothing.of.ours.here',
      'x-forwarded-host': 'evil.example',
    })
    await ask('/dashboard', { ...headers, cookie: '__Host-Http-cloakroom=nothing.of.ours.here' })
    await expect
      .poll(() => storedEventsOf(nodes[0], 'session.refused').map(({ address }) => address))
      .toContain(visitor)
    expect(storedEventsOf(nodes[0], 'session.refused').map(({ address }) => address)).not.toContain(claimed)
  })

  test('whoever goes past the proxy is believed nothing', async () => {
    const headers = {
      host: `localhost:${proxy.port}`,
      'x-forwarded-for': claimed,
      cookie: '__Host-Http-cloakroom=nothing.of.ours.here',
    }
    const options = { host: '127.0.0.1', port: nodes[0].port, path: '/dashboard', localAddress: '127.0.0.7', headers }
    await new Promise((resolve) => requestPlainly(options, (answer) => answer.resume().on('end', resolve)).end())
    await expect
      .poll(() => storedEventsOf(nodes[0], 'session.refused').map(({ address }) => address))
      .toContain('127.0.0.7')
    expect(storedEventsOf(nodes[0], 'session.refused').map(({ address }) => address)).not.toContain(claimed)
  })

  test('a body that no page takes is refused, and not kept on a disk until it has all come', async () => {
    const { outgoing, answer } = openCall(new Client(proxy), '', 'POST', '/login')
    outgoing.on('error', () => {})
    outgoing.write(Buffer.alloc(1_048_576))
    expect((await answer).statusCode).toBe(413)
    outgoing.destroy()
  })

  test('metrics are not for the world', async () => {
    expect((await ask('/metrics')).status).toBe(404)
    expect((await ask('/readyz')).status).toBe(200)
  })

  test('an event arrives before the next one is sent, and a body while it is being sent', async () => {
    const client = new Client(proxy)
    await signUp(client, newPerson())
    const csrf = await client.csrf()
    let send = (_text: string) => {}
    onStream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      send = (text) => void response.write(text)
    }
    const events = openCall(client, csrf, 'GET', '/bff/upstreams/streams/events')
    events.outgoing.end()
    const incoming = await events.answer
    let text = ''
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      send(event)
      await until('the event', () => (text.endsWith(event) ? true : null))
    }
    events.outgoing.on('error', () => {}).destroy()

    let seen = 0
    onStream = (upload, response) => {
      upload.on('data', (chunk) => {
        seen += chunk.length
      })
      upload.on('end', () => response.end(String(seen)))
    }
    const upload = openCall(client, csrf, 'POST', '/bff/upstreams/streams/up')
    upload.outgoing.write('first')
    await until('the first part', () => (seen === 5 ? true : null))
    const [piece, pieces] = [Buffer.alloc(1_048_576, 'x'), 128]
    for (let sent = 0; sent < pieces; sent++) {
      if (!upload.outgoing.write(piece)) await new Promise((resolve) => upload.outgoing.once('drain', resolve))
    }
    upload.outgoing.end()
    const stored = await upload.answer
    let answer = ''
    for await (const chunk of stored) answer += chunk
    expect(Number(answer)).toBe(5 + pieces * piece.length)
  })

  test('connections are kept on both sides, across the moments at which either closes its own', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: proxy.certificate })
    const answers = []
    for (const pauseMs of [0, 3_800, 4_200, 4_900, 5_000, 5_100, 5_300]) {
      await delay(pauseMs)
      answers.push(await ask('/login', {}, agent))
    }
    agent.destroy()
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(answers.at(-1)?.isReused).toBe(true)
  })

  test('nodes are restarted one after the other under load, and nobody notices', async () => {
    const client = new Client(proxy)
    await signUp(client, newPerson())
    const secure = { port: proxy.port, ca: proxy.certificate }
    const load = startLoad(secure, {
      path: '/dashboard',
      connections: 6,
      headers: () => ({ cookie: client.jar.header() ?? '' }),
    })
    for (const node of nodes) {
      await load.more(30)
      const { pid } = node
      process.kill(pid, 'SIGTERM')
      await until('the end of a node', () => (isAlive(pid) ? null : true))
      await load.more(30)
      await node.restart()
      // So long a proxy may go on to leave the node out.
      await delay(2_500)
    }
    await load.more(30)
    await load.stop()
    expect([load.failures, Object.keys(load.answers)]).toEqual([[], ['200']])
  })
})

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBreachLookup } from '../../../../app/identity/password-rules/breach-lookup.ts'
import { log } from '../../../../app/kernel/index.server.ts'

const password = 'a quite ordinary sentence'
const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
const [prefix, suffix] = [digest.slice(0, 5), digest.slice(5)]
const other = '0'.repeat(35)

let server: Server
let asked: IncomingMessage[] = []
let answer: RequestListener
let url: string
const warnings = vi.spyOn(log, 'warn').mockImplementation(() => undefined)

beforeEach(async () => {
  asked = []
  warnings.mockClear()
  server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const text =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(body)

/** The one line that was logged, as text. */
function logged(): string {
  expect(warnings).toHaveBeenCalledTimes(1)
  return JSON.stringify(warnings.mock.calls)
}

describe('a working range service', () => {
  it('finds a password that it lists', async () => {
    answer = text(`${other}:4\r\n${suffix}:17\r\n`)
    expect(await createBreachLookup(url)(password)).toBe(true)
    expect(warnings).not.toHaveBeenCalled()
  })
  it('clears a password that it does not list', async () => {
    answer = text(`${other}:4`)
    expect(await createBreachLookup(url)(password)).toBe(false)
    expect(warnings).not.toHaveBeenCalled()
  })
  it('does not take a line of padding for a find', async () => {
    answer = text(`${suffix}:0\r\n${other}:4`)
    expect(await createBreachLookup(url)(password)).toBe(false)
  })
  it('learns five digits of the hash and nothing else', async () => {
    answer = text(`${other}:4`)
    await createBreachLookup(url.slice(0, -1))(password)
    expect(asked.map(({ method, url: target }) => `${method} ${target}`)).toEqual([`GET /range/${prefix}`])
    expect(asked[0]?.headers).toMatchObject({ 'add-padding': 'true' })
    expect(JSON.stringify(asked[0]?.rawHeaders)).not.toContain(suffix)
  })
  it('is asked about the same hash however an accent was typed', async () => {
    answer = text(`${other}:4`)
    await createBreachLookup(url)('caf\u00e9')
    await createBreachLookup(url)('cafe\u0301')
    expect(asked[0]?.url).toBe(asked[1]?.url)
  })
})

describe('a range service that cannot answer lets the password pass and leaves one line in the log:', () => {
  it.each<[string, RequestListener, string]>([
    ['an error', text('no', 500), 'status 500'],
    ['a refusal', text(`${suffix}:17`, 429), 'status 429'],
    ['a page', text('<!doctype html><title>Sign in to the network</title>'), 'not a range'],
    ['nothing', text(''), 'not a range'],
    ['half a range', text(`${suffix}:17\r\n${other.slice(3)}`), 'not a range'],
    ['far too much', text(`${other}:4\r\n`.repeat(20_000)), 'too long'],
    [
      'a way to somewhere else',
      (_, response) => void response.writeHead(302, { location: '/else' }).end(),
      'TypeError',
    ],
    ['a broken connection', (request) => void request.socket.destroy(), 'UND_ERR_SOCKET'],
    ['silence', () => undefined, 'TimeoutError'],
    ['a body that never ends', (_, response) => void response.writeHead(200).write(`${other}:4\r\n`), 'TimeoutError'],
  ])('%s', async (_, given, fault) => {
    answer = given
    const startedAt = performance.now()
    expect(await createBreachLookup(url)(password)).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(logged()).toContain(fault)
    for (const secret of [password, digest, prefix, suffix, url]) expect(logged()).not.toContain(secret)
  })

  it('nobody there', async () => {
    const lookup = createBreachLookup('http://127.0.0.1:1/range/')
    expect(await lookup(password)).toBe(false)
    expect(logged()).not.toContain(prefix)
  })
})

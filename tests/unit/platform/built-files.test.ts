import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBuiltFiles } from '../../../app/platform/index.server.ts'

const script = 'export const ticket = 17;\n'.repeat(400)
let folder: string
let server: Server

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-built-'))
  mkdirSync(join(folder, '_shared'))
  writeFileSync(join(folder, '_shared/chunk-ABC.js'), script)
  writeFileSync(join(folder, 'picture.png'), 'not text')
  const serve = openBuiltFiles(folder, '/build/')
  server = createServer((incoming, response) => {
    if (!serve(incoming, response)) response.writeHead(404).end('the framework')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const small = async () => (await ask('/build/_shared/chunk-ABC.js')).headers['content-encoding']
  await vi.waitFor(async () => expect(await small()).toBe('br'), { timeout: 10_000 })
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

type Got = { status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  const { port } = server.address() as AddressInfo
  const options = { port, path, method, headers: { 'Accept-Encoding': 'gzip, deflate, br', ...headers }, agent: false }
  return new Promise((resolve, reject) => {
    const asking = request(options, async (response) => {
      const body = Buffer.concat(await response.toArray())
      resolve({ status: response.statusCode, headers: response.headers, body })
    })
    asking.on('error', reject).end()
  })
}

test('a built script is served whole, compressed and for good', async () => {
  const { headers, body } = await ask('/build/_shared/chunk-ABC.js')
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-length': String(body.length),
    vary: 'Accept-Encoding',
  })
  expect(body.length).toBeLessThan(200)
  expect(brotliDecompressSync(body).toString()).toBe(script)
})

test('HEAD has the headers and no body', async () => {
  const { headers, body } = await ask('/build/_shared/chunk-ABC.js', {}, 'HEAD')
  expect(Number(headers['content-length'])).toBeGreaterThan(0)
  expect(body).toHaveLength(0)
})

test.each([
  ['reads no brotli', { 'Accept-Encoding': 'gzip' }],
  ['refuses brotli', { 'Accept-Encoding': 'gzip, br;q=0' }],
  ['wants a part', { Range: 'bytes=0-9' }],
])('the framework answers whoever %s', async (_, headers: Record<string, string>) => {
  expect((await ask('/build/_shared/chunk-ABC.js', headers)).body.toString()).toBe('the framework')
})

test.each(['/build/picture.png', '/build/none.js', '/build/../secret.js', '/build/%5fshared/chunk-ABC.js', '/build/'])(
  '%s is left to the framework',
  async (path) => {
    expect((await ask(path)).body.toString()).toBe('the framework')
  },
)

test('nothing is posted to a built file', async () => {
  expect((await ask('/build/_shared/chunk-ABC.js', {}, 'POST')).body.toString()).toBe('the framework')
})

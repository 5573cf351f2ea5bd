import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSettings } from '../../app/kernel/index.server.ts'
import { Client } from '../support/browser-client.ts'
import { newPerson } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'

// What is meant for the machine that the server runs on: mails with codes, and counts.

const names = [
  ...['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Real-IP', 'CF-Connecting-IP'],
  ...['CF-Ray', 'True-Client-IP', 'X-Client-IP', 'X-Cluster-Client-IP', 'Fastly-Client-IP', 'X-Original-Forwarded-For'],
  ...['Fly-Client-IP', 'CDN-Loop', 'X-ProxyUser-Ip', 'X-Envoy-External-Address', 'X-Forwarded', 'Ngrok-Trace-Id'],
]
const paths = ['/dev/mail', '/dev/mail.data', '/metrics']

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await new Client(server).submit('/register', { ...newPerson() })
})
afterAll(() => server?.stop())

describe('mails and metrics of this machine', () => {
  test.each(paths)('%s answers a program of this machine', async (path) => {
    expect(await new Client(server).get(path)).toHaveStatus(200)
  })

  test.each(names)('are not shown to whoever comes through a proxy that adds %s', async (name) => {
    for (const path of paths) {
      for (const value of ['127.0.0.1', 'for=127.0.0.1', '']) {
        const answer = await new Client(server).get(path, { headers: { [name]: value } })
        expect(answer.status, `${path} with ${name}: ${value}`).toBe(404)
      }
    }
  })

  test('are not shown through a proxy that is trusted either', async () => {
    const trusting = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.0/8,::1' } })
    try {
      for (const path of paths) {
        const headers = { 'X-Forwarded-For': '127.0.0.1' }
        expect(await new Client(trusting).get(path, { headers })).toHaveStatus(404)
      }
    } finally {
      await trusting.stop()
    }
  })
})

describe('a server whose APP_ORIGIN is of this machine', () => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((each) => each && !each.internal && each.family === 'IPv4')?.address
  const elsewhere = [
    '0.0.0.0',
    '::',
    '[::]',
    '0',
    '::ffff:0.0.0.0',
    'example.com',
    'my.localhost',
    '127.1',
    '192.0.2.1',
  ]
  const hosts = [...elsewhere, ...(own ? [own] : [])]
  const programs = [
    ['the site', 'app/cli/serve.js', {}],
    ['workers', 'app/cli/serve.js', { WEB_CONCURRENCY: '2' }],
    ['the development server', 'app/cli/serve.js', { NODE_ENV: 'development' }],
    ['the API', 'app/cli/api.ts', {}],
  ] as const

  test.each(hosts)('refuses to listen on %s, which other machines reach', (HOST) => {
    const load = () => loadSettings({ NODE_ENV: 'test', DATA_DIR: server.dataDir, HOST })
    expect(load).toThrow(`HOST ${HOST} lets other machines in`)
    expect(load).toThrow('leave HOST out or set it to 127.0.0.1')
  })

  test.each(programs)('does not start there: %s', async (_name, program, env) => {
    const PORT = String(await freePort())
    const settings = { PORT, API_PORT: PORT, DATA_DIR: server.dataDir, ...env, HOST: own ?? '0.0.0.0' }
    const run = await runProgram(program, { env: settings })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(`HOST ${settings.HOST} lets other machines in`)
  })

  test.each(['localhost', '127.0.0.1', '::ffff:127.0.0.1'])('starts on %s', async (HOST) => {
    const here = await startServer({ env: { HOST } })
    await here.stop()
  })
})

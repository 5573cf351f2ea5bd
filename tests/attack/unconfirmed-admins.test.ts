import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { adminClient, rowsOf } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { baseSettings, startServer, type TestServer } from '../support/server.ts'
import { removeStoreOf } from '../support/store-in-use.ts'

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-eyes-'))
  server = await startServer({ dataDir: folder })
})
afterAll(async () => {
  await server?.stop()
  removeStoreOf(folder)
  rmSync(folder, { recursive: true, force: true })
})

const squat = async (email: string) => {
  const client = new Client(server)
  expect(
    await client.json('POST', '/bff/register', { name: 'The Boss', email, password: 'a window over the harbour' }),
  ).toHaveStatus(201)
  return client
}

test('nobody becomes an admin by the command line for an address that they never confirmed, without a word of it', async () => {
  const squatter = await squat('boss@corp.example')
  const run = await runProgram('app/cli/admin.ts', {
    env: baseSettings(server.port, folder),
    args: ['boss@corp.example'],
  })
  const { status } = await squatter.get('/admin/users')
  expect(status === 403 || /confirm/i.test(run.stdout + run.stderr)).toBe(true)
})

test('nor by an admin who is not told', async () => {
  const { client: admin } = await adminClient(server)
  const squatter = await squat('second.boss@corp.example')
  const id = rowsOf(server, 'second.boss@corp.example').user?.id
  const page = await admin.open(`/admin/users/${id}`)
  await admin.submit(`/admin/users/${id}`, {}, { press: 'promote' })
  const { status } = await squatter.get('/admin/users')
  expect(status === 403 || /confirm/i.test(page.text)).toBe(true)
})

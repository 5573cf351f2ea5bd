import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { createProject, signedInClient } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createDatabase } from './own-database.ts'

// `npm run db:copy`, from the store that one begins with to the one that one grows into, and back.

const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-copy-'))
const file = `file:${join(dataDir, 'cloakroom.sqlite')}`
const copyOf = (from: string, to: string) =>
  runProgram('app/cli/copy.ts', { args: ['--from', from, '--to', to], env: { DATA_DIR: dataDir } })

let server: TestServer
let postgres: ReturnType<typeof createDatabase>
beforeAll(async () => {
  postgres = createDatabase()
  server = await startServer({ dataDir, env: { DATABASE_URL: file } })
})
afterAll(async () => {
  await server.stop()
  postgres.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Moves the store while no server runs, starts one on the other, and goes on with the same cookies. */
async function move(client: Client, from: string, to: string): Promise<{ client: Client; said: string }> {
  await server.stop()
  const { code, stdout, stderr } = await copyOf(from, to)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  server = await startServer({ dataDir, env: { DATABASE_URL: to } })
  return { client: new Client(server, { jar: client.jar }), said: stdout }
}

describe('a store that moves', () => {
  test('keeps people signed in, with all that is theirs, and says what it moved', async () => {
    const { client } = await signedInClient(server)
    await createProject(client, 'Moves along')
    await server.advance(6 * 60_000)
    expect(await client.get('/dashboard')).toHaveStatus(200)

    const grown = await move(client, file, postgres.url)
    expect(grown.said).toMatch(/^users +1 rows {2}[0-9a-f]{64}$/m)
    expect(grown.said).toMatch(/^sessions +1 rows/m)
    expect(grown.said).toContain('Both stores hold the same')
    expect((await grown.client.get('/dashboard')).text).toContain('Moves along')
    // Events are numbered on from where the other store stopped.
    await createProject(grown.client, 'Made after the move')

    const back = await move(grown.client, postgres.url, `file:${join(dataDir, 'back.sqlite')}`)
    expect((await back.client.get('/dashboard')).text).toContain('Made after the move')
  })

  test('goes into an empty store, and nowhere else', async () => {
    const { code, stderr } = await copyOf(file, postgres.url)
    expect(stderr).toContain('the target holds rows already (users): a copy goes into an empty store')
    expect(code).toBe(1)
  })

  test('comes from a store that is there', async () => {
    const { code, stderr } = await copyOf('file:/nowhere/cloakroom.sqlite', postgres.url)
    expect(stderr).toContain('there is no file:/nowhere/cloakroom.sqlite')
    expect(code).toBe(1)
  })
})

import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signedInClient } from '../support/fixtures.ts'
import { type Run, runProgram } from '../support/process.ts'
import { freePort, startServer } from '../support/server.ts'
import { openTestStore } from '../support/store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-start-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const secret = () => randomBytes(32).toString('base64')

async function tryToStart(env: Record<string, string>): Promise<Run> {
  return runProgram('app/cli/serve.js', { env: { PORT: String(await freePort()), DATA_DIR: folder, ...env } })
}

function expectRefusal(run: Run, ...reasons: (string | RegExp)[]): void {
  expect(run.code).toBe(1)
  expect(run.stderr.match(/Cloakroom cannot start/g)).toHaveLength(1)
  for (const reason of reasons) expect(run.stderr).toMatch(reason)
  expect(run.stderr).not.toMatch(/\n\s+at .+:\d+:\d+/)
  expect(run.stdout).not.toContain('is ready')
}

describe('A20 secrets', () => {
  test('are created at the first local start, readable by their owner alone, and kept', async () => {
    const server = await startServer({ dataDir: folder })
    const file = join(folder, 'secrets')
    try {
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const before = readFileSync(file, 'utf8')
      expect(Buffer.from(before.trim(), 'base64')).toHaveLength(32)
      await server.restart()
      expect(readFileSync(file, 'utf8')).toBe(before)
      expect(server.output()).not.toContain(before.trim())
    } finally {
      await server.stop()
    }
  })

  test('are required away from loopback', async () => {
    const run = await tryToStart({ APP_ORIGIN: 'https://accounts.example.com' })
    expectRefusal(run, /APP_SECRETS is missing/, /make one with/)
  })

  test('that are too short or no base64 are refused', async () => {
    const short = randomBytes(16).toString('base64')
    const run = await tryToStart({ APP_ORIGIN: 'https://accounts.example.com', APP_SECRETS: `${short},not*base64` })
    expectRefusal(run, /entry 1 has 16 bytes, at least 32 are needed/, /entry 2 is not base64/)
    expect(run.stderr).not.toContain(short)
  })

  test('can be renewed: sessions encrypted with the old one go on while it is still listed', async () => {
    const [oldest, newest] = [secret(), secret()]
    const server = await startServer({ dataDir: folder, env: { APP_SECRETS: oldest } })
    try {
      const { client } = await signedInClient(server)
      await server.restart({ APP_SECRETS: `${newest},${oldest}` })
      expect(await client.get('/dashboard')).toHaveStatus(200)
    } finally {
      await server.stop()
    }
  })

  test('of another installation open nothing: the person signs in again', async () => {
    const server = await startServer({ dataDir: folder, env: { APP_SECRETS: secret() } })
    try {
      const { client } = await signedInClient(server)
      await server.restart({ APP_SECRETS: secret() })
      expect((await client.get('/dashboard')).target).toMatch(/^\/login/)
    } catch (error) {
      // Signing keys that cannot be decrypted any more may also stop the start, with a reason.
      expect(String(error)).toMatch(/cannot start/)
    } finally {
      await server.stop()
    }
  })
})

describe('settings that cannot be used stop the start', () => {
  test('all of them are named at once, each with what to do', async () => {
    const run = await tryToStart({
      APP_ORIGIN: 'https://accounts.example.com/path',
      REFRESH_ROTATE_AFTER: 'soon',
      DATABASE_URL: 'nonsense',
      LOG_LEVEL: 'loud',
    })
    expectRefusal(run, /APP_ORIGIN/, /REFRESH_ROTATE_AFTER/, /DATABASE_URL/, /LOG_LEVEL/)
  })

  test('a misspelt setting is named, with the nearest one', async () => {
    expectRefusal(
      await tryToStart({ REFRESH_ROTATE_AFTR: '5m' }),
      /REFRESH_ROTATE_AFTR .*Did you mean REFRESH_ROTATE_AFTER/,
    )
  })

  test('a mail server is required beyond loopback where addresses are confirmed first, and what is set is not repeated', async () => {
    const remote = { APP_ORIGIN: 'https://accounts.example.com', APP_SECRETS: secret() }
    for (const env of [remote, { ...remote, REGISTRATION: 'verify-email' }]) {
      const run = await tryToStart(env)
      expect(run.code).toBe(1)
      expect(run.stderr).toContain('SMTP_URL is needed while REGISTRATION is verify-email')
    }
    const wrong = await tryToStart({ ...remote, SMTP_URL: 'mail://ann:hunter2@mail.example', MAIL_FROM: 'a\tb <c@d>' })
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toMatch(/SMTP_URL must look like[\s\S]+MAIL_FROM must look like/)
    expect(wrong.stderr).not.toContain('hunter2')
  })

  test('plain http away from loopback', async () => {
    const run = await tryToStart({ APP_ORIGIN: 'http://accounts.example.com', APP_SECRETS: secret() })
    expectRefusal(run, /APP_ORIGIN must start with https/)
  })

  test('a data folder that cannot be written', async () => {
    writeFileSync(join(folder, 'a-file'), '')
    expectRefusal(await tryToStart({ DATA_DIR: join(folder, 'a-file', 'below') }), /DATA_DIR .*cannot be written/)
  })

  test('a store that is no database', async () => {
    writeFileSync(join(folder, 'cloakroom.sqlite'), 'this is not a database, and it is long enough to be looked at')
    expectRefusal(await tryToStart({}), /database .*cannot be opened/)
  })

  test('a store that is a folder', async () => {
    mkdirSync(join(folder, 'cloakroom.sqlite'))
    expectRefusal(await tryToStart({}), /database .*cannot be opened/)
  })

  test('a database that a newer version has migrated', async () => {
    const { database, close } = openTestStore(`file:${join(folder, 'cloakroom.sqlite')}`)
    const later = Date.now() + 10 * 365 * 86_400_000
    database.$client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('later', later)
    close()
    expectRefusal(await tryToStart({}), /newer version of Cloakroom/)
  })

  test('a port that is taken', async () => {
    const port = await freePort()
    const occupier = createServer().listen(port, '127.0.0.1')
    try {
      expectRefusal(await tryToStart({ PORT: String(port) }), new RegExp(`port ${port} is taken`))
    } finally {
      occupier.close()
    }
  })
})

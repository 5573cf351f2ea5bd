import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { signedInClient } from '../support/fixtures.ts'
import { codeTo } from '../support/mailbox.ts'
import { addApp } from '../support/own-factors.ts'
import { runProgram } from '../support/process.ts'
import { baseSettings, freePort, startServer } from '../support/server.ts'
import { removeStoreOf } from '../support/store-in-use.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-start-'))
})
afterEach(() => {
  removeStoreOf(folder)
  rmSync(folder, { recursive: true, force: true })
})

describe('the command line', () => {
  test('makes an existing account an admin, from its next request on', async () => {
    const server = await startServer({ dataDir: folder })
    try {
      const { client, person } = await signedInClient(server)
      const env = baseSettings(server.port, folder)
      const run = await runProgram('app/cli/admin.ts', { env, args: [person.email] })
      expect(run).toMatchObject({ code: 0 })
      expect(await client.get('/admin/users')).toHaveStatus(200)
      const unknown = await runProgram('app/cli/admin.ts', { env, args: ['nobody@example.com'] })
      expect(unknown.code).toBe(1)
      expect(unknown.stderr).toContain('There is no account for nobody@example.com')
    } finally {
      await server.stop()
    }
  })

  test('makes an admin of an unconfirmed account beyond this machine only when told so', async () => {
    const server = await startServer({ dataDir: folder })
    try {
      const { client, person } = await signedInClient(server)
      const beyond = { APP_ORIGIN: 'https://app.example.com', REGISTRATION: 'instant' }
      const secret = { APP_SECRETS: randomBytes(32).toString('base64') }
      const env = { ...baseSettings(server.port, folder), ...beyond, ...secret }
      const refused = await runProgram('app/cli/admin.ts', { env, args: [person.email] })
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--unconfirmed') })
      expect(await client.get('/admin/users')).toHaveStatus(403)
      expect(await runProgram('app/cli/admin.ts', { env, args: [person.email, '--unconfirmed'] })).toMatchObject({
        code: 0,
      })
      expect(await client.get('/admin/users')).toHaveStatus(200)
    } finally {
      await server.stop()
    }
  })

  test('gives an account back to an owner in whose account somebody has put a factor', async () => {
    const server = await startServer({ dataDir: folder })
    try {
      const { client: owner, person } = await signedInClient(server)
      const thief = owner.clone()
      await addApp(thief, server)
      const env = baseSettings(server.port, folder)
      const run = await runProgram('app/cli/admin.ts', { env, args: [person.email, '--remove-factors'] })
      expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('no second factors') })
      expect(await thief.get('/account')).toHaveStatus(302)
      await new Client(server).submit('/forgot', { email: person.email })
      const code = await codeTo(server, person.email, 'Choose a new password')
      const password = 'ninety grey geese in a row'
      expect((await new Client(server).submit('/reset', { code, password })).isRedirect).toBe(true)
      const entered = await new Client(server).json('POST', '/bff/login', { email: person.email, password })
      expect(entered).toHaveStatus(200)
      const unknown = await runProgram('app/cli/admin.ts', { env, args: ['nobody@example.com', '--remove-factors'] })
      expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no account') })
      expect(await runProgram('app/cli/admin.ts', { env, args: ['--nonsense'] })).toMatchObject({ code: 1 })
    } finally {
      await server.stop()
    }
  })

  test('seeds demo accounts that can sign in, and says which', async () => {
    const port = await freePort()
    const env = baseSettings(port, folder)
    const run = await runProgram('app/cli/seed.ts', { env })
    expect(run.code).toBe(0)
    const email = /\S+@\S+\.\w+/.exec(run.stdout)?.[0] ?? ''
    const server = await startServer({ dataDir: folder })
    try {
      const { demoPassword } = await import('../../db/tools/demo.ts')
      const client = new Client(server)
      expect(await client.json('POST', '/bff/login', { email, password: demoPassword })).toHaveStatus(200)
    } finally {
      await server.stop()
    }
  })

  test('seeds nothing away from loopback', async () => {
    const APP_SECRETS = randomBytes(32).toString('base64')
    const elsewhere = { APP_ORIGIN: 'https://accounts.example.com', APP_SECRETS, SMTP_URL: 'smtp://mail.example' }
    const env = { ...baseSettings(await freePort(), folder), ...elsewhere }
    const run = await runProgram('app/cli/seed.ts', { env })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('for a loopback APP_ORIGIN only')
  })
})

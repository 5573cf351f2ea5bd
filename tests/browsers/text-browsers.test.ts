import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { refreshCookieName } from '../support/browser-client.ts'
import { runProgram } from '../support/process.ts'
import { baseSettings, freePort, startServer, type TestServer } from '../support/server.ts'
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts'
import { dumpPage, TextBrowser, type TextBrowserName } from './text-browser.ts'

// No scripts, no fetch metadata, no Origin, their own idea of cookies: what is left is HTML, HTTP and the form value.

const grace = { email: 'grace@example.com', password: 'a ticket for every coat' }

let server: TestServer
let proxy: TlsProxy
let home: string
let env: Record<string, string>
let browser: TextBrowser | null = null

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'cloakroom-text-'))
  const proxyPort = await freePort()
  const settings = {
    APP_ORIGIN: `https://localhost:${proxyPort}`,
    APP_SECRETS: Buffer.alloc(48, 'text browsers').toString('base64'),
    TRUSTED_PROXIES: '127.0.0.1',
  }
  const dataDir = join(home, 'data')
  const seeded = await runProgram('app/cli/seed.ts', { env: { ...baseSettings(proxyPort, dataDir), ...settings } })
  if (seeded.code !== 0) throw new Error(seeded.stderr)
  server = await startServer({ dataDir, env: settings })
  proxy = await startTlsProxy(proxyPort, server.port)
  env = { HOME: home, PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', SSL_CERT_FILE: proxy.certificatePath }
})

afterAll(async () => {
  await proxy?.stop()
  await server?.stop()
  rmSync(home, { recursive: true, force: true })
})

afterEach(() => {
  browser?.stop()
  browser = null
})

describe.each<TextBrowserName>(['w3m', 'lynx'])('%s', (name) => {
  it('signs in, creates a project and signs out', async () => {
    const project = `Written in ${name}`
    browser = new TextBrowser(name, `${proxy.origin}/dashboard`, env)
    await browser.terminal.waitFor(/No account yet/)
    await browser.fill(/Email address/, grace.email)
    await browser.fill(/Password/, grace.password)
    await browser.follow(/(BUTTON\)|^) ?Sign in/, /Your projects/)

    await browser.fill(/Name/, project)
    await browser.follow(/Create project/, /Project created/)
    expect(projectsOfGrace()).toContain(project)
    await browser.terminal.waitFor(new RegExp(project))

    await browser.follow(/Sign out/, /You are signed out/)
    expect(openSessions()).toBe(0)
    expect(proxy.requests.at(-1)?.headers.cookie ?? '', 'a cleared cookie is gone, not empty').not.toContain(
      `${refreshCookieName}=`,
    )
    await browser.follow(/Sign in/, /No account yet/)
    expect(browser.terminal.lines.join('\n')).not.toContain(project)
  })

  it('reads a refused sign-in and signs in after it', async () => {
    browser = new TextBrowser(name, `${proxy.origin}/login`, env)
    await browser.terminal.waitFor(/No account yet/)
    await browser.fill(/Email address/, grace.email)
    await browser.fill(/Password/, 'not the password at all')
    await browser.follow(/(BUTTON\)|^) ?Sign in$/, /Invalid email or password/)
    await browser.fill(/Password/, grace.password)
    await browser.follow(/(BUTTON\)|^) ?Sign in$/, /Your projects/)
    await browser.follow(/Sign out/, /You are signed out/)
  })

  it('lays out labels beside their fields and keeps words apart', async () => {
    const login = await dumpPage(name, `${proxy.origin}/login`, env)
    expect(login).toMatch(/Email address \W*[_ ]{10,}/)
    expect(login).toMatch(/Password \W*[_ ]{10,}/)
    expect(login).toMatch(/\[ \] Keep me signed in/)
    expect(
      positions(login, ['Sign in\n', 'Email address', 'Password', 'Keep me signed in', 'No account yet?']),
    ).toEqual('in order')
    const start = await dumpPage(name, `${proxy.origin}/`, env)
    expect(start).toMatch(/Register Sign in/)
    const nowhere = await dumpPage(name, `${proxy.origin}/nowhere`, env)
    expect(positions(nowhere, ['There is nothing here', 'Go to the start page Sign in', 'Reference: '])).toBe(
      'in order',
    )
  })
})

/** "in order", or the first text that is missing or stands too early. */
function positions(page: string, texts: string[]): string {
  let from = 0
  for (const text of texts) {
    const at = page.indexOf(text, from)
    if (at === -1) return `"${text.trim()}" is missing or too early in:\n${page}`
    from = at + text.length
  }
  return 'in order'
}

function projectsOfGrace(): string[] {
  const database = server.openDatabase()
  const rows = database
    .prepare('select projects.name from projects join users on users.id = owner_id where email = ?')
    .all(grace.email) as { name: string }[]
  database.close()
  return rows.map((row) => row.name)
}

function openSessions(): number {
  const database = server.openDatabase()
  const { count } = database.prepare('select count(*) as count from sessions where revoked_at is null').get() as {
    count: number
  }
  database.close()
  return count
}

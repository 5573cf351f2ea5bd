import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContext, chromium, expect, type Page, test } from '@playwright/test'
import { makeCertificate } from '../support/certificate.ts'
import { chromiumArguments, findChromium } from '../support/chromium.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts'
import { registerByPage, someone } from './people.ts'

// What another port of our host, and a sibling of it under one parent domain, can do to our cookies in Chromium.

test.describe.configure({ mode: 'default' })
const ticket = '__Host-Http-cloakroom'

let server: TestServer
let proxy: TlsProxy
let planter: Server
let browser: Browser
let origin = ''
let lines: string[] = []
let received = ''

test.beforeAll(async () => {
  const port = await freePort()
  origin = `https://app.cloakroom.test:${port}`
  const APP_SECRETS = randomBytes(32).toString('base64')
  const env = { APP_ORIGIN: origin, APP_SECRETS, TRUSTED_PROXIES: '127.0.0.1', REGISTRATION: 'instant' }
  server = await startServer({ env })
  proxy = await startTlsProxy(port, server.port)
  const { key, certificate } = makeCertificate()
  planter = createServer({ key, cert: certificate }, (request, response) => {
    received = request.headers.cookie ?? ''
    response.setHeader('Set-Cookie', lines).setHeader('Content-Type', 'text/html').end('<p>planted</p>')
  })
  await new Promise<void>((resolve) => planter.listen(0, '127.0.0.1', resolve))
  const args = [...chromiumArguments, '--host-resolver-rules=MAP *.cloakroom.test 127.0.0.1']
  browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args })
})
test.afterAll(async () => {
  await browser?.close()
  planter?.closeAllConnections()
  planter?.close()
  await proxy?.stop()
  await server?.stop()
})

async function signedIn(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: 'en-GB', ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await registerByPage(page, origin, someone())
  return { context, page }
}

/** Opens the other server under this name, which answers with these cookies. */
async function visit(page: Page, name: string, planted: string[]): Promise<void> {
  lines = planted
  await page.goto(`https://${name}.cloakroom.test:${(planter.address() as AddressInfo).port}/`)
}

async function ticketIn(context: BrowserContext): Promise<string | undefined> {
  return (await context.cookies(origin)).find(({ name }) => name === ticket)?.value
}

const many = (more: string) => Array.from({ length: 190 }, (_, index) => `pushing${index}=x; Path=/none; Secure${more}`)

test('another port of the same host is sent our cookies, and can replace and remove them', async () => {
  const { context, page } = await signedIn()
  const held = await ticketIn(context)
  await visit(page, 'app', [])
  expect(received).toContain(`${ticket}=${held}`)
  await visit(page, 'app', [`${ticket}=replaced; Path=/; Secure; HttpOnly; SameSite=Lax`])
  expect(await ticketIn(context)).toBe('replaced')
  await visit(page, 'app', [`${ticket}=; Path=/; Secure; HttpOnly; Max-Age=0`])
  expect(await ticketIn(context)).toBeUndefined()
  await context.close()
})

test('another port of the same host can push our cookies out by many of its own', async () => {
  const { context, page } = await signedIn()
  await visit(page, 'app', many(''))
  expect(await ticketIn(context)).toBeUndefined()
  await page.goto(`${origin}/account`)
  await expect(page).toHaveURL(/\/login\?/)
  await context.close()
})

test('a sibling host can push our cookies out by many of its own', async () => {
  const { context, page } = await signedIn()
  await visit(page, 'sibling', many('; Domain=cloakroom.test'))
  expect(await ticketIn(context)).toBeUndefined()
  await page.goto(`${origin}/account`)
  await expect(page).toHaveURL(/\/login\?/)
  await context.close()
})

test('a sibling host is sent none of our cookies, and can neither plant nor replace one', async () => {
  const { context, page } = await signedIn()
  const before = await context.cookies(origin)
  const own = before.map(({ name }) => `${name}=planted; Path=/; Secure; HttpOnly; Domain=cloakroom.test`)
  await visit(page, 'sibling', [...own, 'plain=planted; Path=/; Secure; Domain=cloakroom.test'])
  await visit(page, 'sibling', [])
  expect(received).toBe('plain=planted')
  const after = await context.cookies(origin)
  expect(after.find(({ name }) => name === 'plain')?.value, 'what has no prefix is planted').toBe('planted')
  expect(after.filter(({ name }) => name !== 'plain')).toEqual(before)
  await page.goto(`${origin}/account`)
  await expect(page).toHaveURL(`${origin}/account`)
  await context.close()
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, expect, type Page } from '@playwright/test'
import { demoAccounts, demoPassword } from '../../db/tools/demo.ts'
import { addApp, addPasskey, attachPhone } from '../e2e/factors.ts'
import { signInIn } from '../e2e/people.ts'
import { Client } from '../support/browser-client.ts'
import { chromiumArguments, findChromium } from '../support/chromium.ts'
import { type CodeApp, moveClock } from '../support/code-app.ts'
import { runProgram } from '../support/process.ts'
import { baseSettings, startServer, type TestServer } from '../support/server.ts'
import { addHistory } from './history.ts'

/** The running app with people in it, and pages in which they are signed in. */
export type Stage = {
  readonly server: TestServer
  readonly browser: Browser
  /** Not signed in. */
  readonly visitor: Page
  /** An admin with projects, a passkey, an app and three more sessions. */
  readonly ada: Page
  readonly adasApp: CodeApp
  /** Has a password and nothing else. */
  readonly grace: Page
  /** Shows what it is given. */
  readonly mailProgram: Page
  close(): Promise<void>
}

type Options = { locale: string }

const [adaAccount, graceAccount] = demoAccounts
export const adaPerson = { ...adaAccount, password: demoPassword }
export const gracePerson = { ...graceAccount, password: demoPassword }

/** Starts the built server over a throw-away store and lets the demo accounts live in it for a while. */
export async function setStage({ locale }: Options): Promise<Stage> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('there is no Chromium here; apt-get install chromium, or CHROMIUM_PATH')
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-pictures-'))
  await seedAccounts(dataDir)
  const server = await startServer({ dataDir })
  addHistory(server)
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  // The name that it has at people's desks: without a window it calls itself otherwise.
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`
  const newContext = (contextLocale = locale) =>
    browser.newContext({ locale: contextLocale, reducedMotion: 'reduce', userAgent })
  const close = async () => {
    await browser.close()
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    // People are led through pages by their English words, so only visitors have the language that was asked for.
    const [forAda, forGrace, forVisitor] = await Promise.all([newContext('en-GB'), newContext('en-GB'), newContext()])
    const ada = await forAda.newPage()
    const adasApp = await equipAda(ada, server)
    const grace = await forGrace.newPage()
    await signInIn(grace, server.origin, gracePerson)
    await new Client(server).submit('/forgot', { email: graceAccount.email })
    const [visitor, mailProgram] = [await forVisitor.newPage(), await forVisitor.newPage()]
    return { server, browser, visitor, ada, adasApp, grace, mailProgram, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function seedAccounts(dataDir: string): Promise<void> {
  // The port is nobody's: this program opens the store and listens nowhere.
  const { code, stderr } = await runProgram('app/cli/seed.ts', { env: baseSettings(3_000, dataDir) })
  if (code !== 0) throw new Error(`seeding failed: ${stderr}`)
}

/** A passkey, an app, other browsers and a few exchanged tickets. */
async function equipAda(page: Page, server: TestServer): Promise<CodeApp> {
  await signInIn(page, server.origin, adaPerson)
  await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  const { app } = await addApp(page, server)
  for (const agent of otherBrowsers) await signInElsewhere(server, app, agent)
  await moveClock(server, 6 * 60_000)
  await page.goto(`${server.origin}/account/security`)
  await expect(page.getByRole('heading', { name: 'Passkeys' })).toBeVisible()
  return app
}

const otherBrowsers = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 15_3) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Safari/605.1.15',
]

async function signInElsewhere(server: TestServer, app: CodeApp, agent: string): Promise<void> {
  const client = new Client(server)
  const headers = { 'user-agent': agent }
  const { email, password } = adaPerson
  const step = await client.send(await client.open('/login'), { email, password }, {}, { headers })
  const asked = await client.follow(step)
  const answer = await client.send(asked, { code: await app.nextCode() }, {}, { headers })
  if (!answer.isRedirect) throw new Error(`the second step failed with ${answer.status}`)
}

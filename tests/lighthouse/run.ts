import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { chromiumArguments, findChromium } from '../support/chromium.ts'
import { newPerson } from '../support/fixtures.ts'
import { freePort, startServer } from '../support/server.ts'
import { judge, type Scores } from './judge.ts'

/**
 * `npm run lighthouse`: what Lighthouse says about the built app, on its slow phone. Ends with 1 when a score is below
 * 95. Lighthouse is fetched by npx, for it and what it needs are 176 MB.
 */
const executablePath = findChromium()
if (executablePath === null) {
  console.error('There is no Chromium: install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.')
  process.exit(1)
}
const profile = mkdtempSync(join(tmpdir(), 'cloakroom-lighthouse-'))
const debuggingPort = await freePort()
const server = await startServer()
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  args: [...chromiumArguments, `--remote-debugging-port=${debuggingPort}`],
})
const results: { page: string; scores: Scores; findings: string[] }[] = []
try {
  await look('/login')
  await signUp(browser.pages()[0] ?? (await browser.newPage()))
  await look('/dashboard')
  await look('/account')
} finally {
  await browser.close()
  await server.stop()
  rmSync(profile, { recursive: true, force: true })
}
console.table(Object.fromEntries(results.map(({ page, scores }) => [page, scores])))
for (const { page, findings } of results) for (const finding of findings) console.log(`${page}: ${finding}`)
const isEnough = results.every(({ scores }) => Object.values(scores).every((score) => score >= 95))
console.log(isEnough ? 'Every score is at least 95.' : 'A score is below 95.')
process.exitCode = isEnough ? 0 : 1

/** Lighthouse keeps the cookies of the browser that it is pointed at, so it is signed in when the browser is. */
async function look(page: string): Promise<void> {
  console.log(`looking at ${page} …`)
  results.push({ page, ...(await judge(server.origin + page, debuggingPort)) })
}

async function signUp(page: Page): Promise<void> {
  const { name, email, password } = newPerson()
  await page.goto(`${server.origin}/register`)
  await page.locator('[name=name]').fill(name)
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.locator('main form button[type=submit]').last().click()
  await page.waitForURL('**/dashboard*')
  await page.goto('about:blank')
}

import { createServer } from 'node:http'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { chromiumArguments, findChromium } from '../../support/chromium.ts'
import type { Person } from '../../support/fixtures.ts'

export type ChromiumStage = { context: BrowserContext; page: Page; received: { where: string; text: string }[] }

/** Runs `work` in a headless Chromium with a profile of its own; everything it receives is kept. */
export async function inChromium<Result>(work: (stage: ChromiumStage) => Promise<Result>): Promise<Result> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('there is no Chromium')
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  try {
    const context = await browser.newContext()
    const page = await context.newPage()
    const received: { where: string; text: string }[] = []
    page.on('response', async (response) => {
      const body = await response.body().catch(() => Buffer.alloc(0))
      const headers = await response.allHeaders().catch(() => ({}))
      const { 'set-cookie': _cookies, ...others } = headers as Record<string, string>
      received.push({ where: response.url(), text: `${JSON.stringify(others)}\n${body.toString('utf8')}` })
    })
    return await work({ context, page, received })
  } finally {
    await browser.close()
  }
}

/** Signs somebody in through the page. */
export async function signInWithPage(page: Page, origin: string, { email, password }: Person): Promise<void> {
  await page.goto(`${origin}/login`)
  await page.fill('input[name=email]', email)
  await page.fill('input[name=password]', password)
  await Promise.all([page.waitForURL(/\/dashboard/), page.click('main form button[type=submit]')])
}

/** Another site, on another port and under the names `localhost` (same site) and `127.0.0.1` (cross site). */
export async function startOtherSite(
  html: (path: string) => string,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<!doctype html><title>other</title>${html(request.url ?? '/')}`)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

import type { BrowserContext, Page } from '@playwright/test'

/** Keeps what is at these addresses from arriving until it is released. */
export async function holdBack(where: Page | BrowserContext, url: string | RegExp): Promise<{ release: () => void }> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await where.route(url, async (route) => {
    await released
    // The page may have gone meanwhile.
    await route.continue().catch(() => {})
  })
  return { release }
}

/** Keeps the script that makes pages come alive from arriving until it is released. What stands in a document runs. */
export function holdScripts(where: Page | BrowserContext): Promise<{ release: () => void }> {
  return holdBack(where, /\/build\/entry\.client-[^/]*\.js$/)
}

/** No script of the build ever arrives, as on a line that breaks or where a new build has taken the old one's place. */
export async function loseScripts(where: Page | BrowserContext): Promise<void> {
  await where.route(/\/build\/.*\.js$/, (route) => route.abort())
}

/** Scripts run this many times slower in the page, as on a slow phone. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate })
}

/** Opens a page as far as it comes without the scripts that are held back. */
export async function openEarly(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit' })
  // The last thing in the body: everything before it can be read and typed into.
  await page.locator('footer').waitFor()
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'

const grounds = { light: '#e6dbc6', dark: '#0f0d0c' } as const

/** One picture of two: signing in on a phone, before what the inspector shows on a desk. Answers its file and size. */
export async function composeHero(browser: Browser, folder: string, colorScheme: 'light' | 'dark') {
  const page = await browser.newPage({ viewport: { width: 1200, height: 660 } })
  const source = (name: string) =>
    `data:image/webp;base64,${readFileSync(join(folder, `${name}-${colorScheme}.webp`)).toString('base64')}`
  const look = 'position:absolute;border-radius:12px;box-shadow:0 8px 32px rgb(0 0 0/.28)'
  await page.setContent(
    `<body style="margin:0;background:${grounds[colorScheme]}">` +
      `<img style="${look};left:260px;top:36px;width:940px" src="${source('inspect-desktop')}">` +
      `<img style="${look};left:36px;top:60px;width:262px" src="${source('sign-in-phone')}">`,
  )
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0))
  const camera = await page.context().newCDPSession(page)
  const { data } = await camera.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  const file = `hero-${colorScheme}.webp`
  const bytes = Buffer.from(data, 'base64')
  writeFileSync(join(folder, file), bytes)
  await page.close()
  return { file, bytes: bytes.length, overflow: 0 }
}

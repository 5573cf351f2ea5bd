import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'

export const sizes = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const

export type View = { size: string; width: number; height: number; colorScheme: 'light' | 'dark' }

/** A picture: its name, its size, and by how many pixels the page on it was too wide. */
export type PictureFile = { file: string; bytes: number; overflow: number }

export type CameraOptions = {
  folder: string
  /** The page from top to bottom instead of what fits a window. */
  whole: boolean
  views: readonly View[]
}

/** Every view of the page as it stands, one WebP file each. */
export async function takePictures(page: Page, scene: string, options: CameraOptions): Promise<PictureFile[]> {
  const camera = await page.context().newCDPSession(page)
  const pictures: PictureFile[] = []
  for (const view of options.views) {
    await page.setViewportSize({ width: view.width, height: view.height })
    await page.emulateMedia({ colorScheme: view.colorScheme, reducedMotion: 'reduce' })
    await page.waitForFunction((width) => window.innerWidth === width, view.width)
    await untilStill(page)
    const [overflow, height] = await page.evaluate(() => {
      const root = document.documentElement
      return [root.scrollWidth - window.innerWidth, root.scrollHeight]
    })
    if (!options.whole) await page.evaluate(() => window.scrollTo(0, 0))
    const clip = { x: 0, y: 0, width: view.width, height, scale: 1 }
    const { data } = await camera.send('Page.captureScreenshot', {
      format: 'webp',
      quality: 82,
      ...(options.whole ? { clip, captureBeyondViewport: true } : {}),
    })
    const file = `${scene}-${view.size}-${view.colorScheme}.webp`
    const bytes = Buffer.from(data, 'base64')
    writeFileSync(join(options.folder, file), bytes)
    pictures.push({ file, bytes: bytes.length, overflow: overflow ?? 0 })
  }
  await camera.detach()
  return pictures
}

/** Waits for colours that change, and for what they are painted on. */
async function untilStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await frame()
    await frame()
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
    await frame()
    await frame()
  })
}

import type { Page } from '@playwright/test'
import axe from 'axe-core'

/** WCAG 2.2 A and AA, and what the makers of axe hold for good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

type Mode = 'light' | 'dark'

/**
 * What axe finds in the page in view, in light and in dark; empty when nothing. It is put into the page once: the builder
 * for Playwright opens a tab and sends the half megabyte of axe twice for every look. The dark has other colours and
 * nothing else that is other, so it is looked at for these alone.
 */
export async function findViolations(page: Page, modes: readonly Mode[] = ['light', 'dark']): Promise<string[]> {
  await page.evaluate(axe.source)
  const found: string[] = []
  for (const mode of modes) {
    await page.emulateMedia({ colorScheme: mode, reducedMotion: 'reduce' })
    const only: axe.RunOnly =
      mode === 'dark' ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: tags }
    const violations = await page.evaluate(runAxe, only)
    found.push(...violations.map((violation) => `${mode}: ${violation}`))
  }
  return found
}

async function runAxe(runOnly: axe.RunOnly): Promise<string[]> {
  const { axe: engine } = globalThis as unknown as { axe: typeof axe }
  // The colours of another mode are there with the next picture, and not half of the way.
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  for (const animation of document.getAnimations()) animation.finish()
  const { violations } = await engine.run(document, { runOnly, resultTypes: ['violations'], preload: false })
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html).join(' ')}`)
}

/** How many pixels the page in view is too wide. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { createProject, registerIn, someone } from '../e2e/people.ts'
import { runProgram } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'

// Every page that the table of routes names and that anybody may open, so that a new one cannot be forgotten: by axe in light and dark, and at the
// narrowest width that WCAG 2.2 (1.4.10) asks for.

let server: TestServer
let paths: string[]
test.beforeAll(async () => {
  server = await startServer()
  paths = await readPaths()
})
test.afterAll(() => server?.stop())

async function readPaths(): Promise<string[]> {
  const [, ...lines] = (await runProgram('app/cli/routes.ts')).stdout.trim().split('\n')
  const rows = lines.map((line) => line.split(/ {2,}/).map((cell) => cell.trim()))
  const readable = rows.filter(([, methods]) => methods?.startsWith('GET')).map(([path]) => path ?? '')
  return [...new Set(readable)].filter((path) => !path.startsWith('/bff/') && !path.startsWith('/.well-known/'))
}

/** What is wrong with the page in view; empty when nothing is. */
async function findFaults(page: Page, what: string): Promise<string[]> {
  const faults: string[] = []
  if ((await page.title()) === '' || (await page.getByRole('main').count()) !== 1)
    faults.push('has no title or no main')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // The page is the same in the dark but for its colours.
    const builder = new AxeBuilder({ page })
    const { violations } = await (colorScheme === 'light' ? builder : builder.withRules(['color-contrast'])).analyze()
    for (const { id, nodes } of violations)
      faults.push(`${colorScheme}: ${id} at ${nodes.map((n) => n.html).join(' ')}`)
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  if (overflow > 0) faults.push(`is ${overflow} px too wide`)
  return faults.map((fault) => `${what} ${fault}`)
}

/** Looks at every page that an anonymous visitor reaches; a path that answers with no page is an endpoint or a download. */
async function lookAtEverything(page: Page): Promise<{ seen: Set<string>; faults: string[] }> {
  const seen = new Set<string>()
  const faults: string[] = []
  for (const path of paths) {
    const address = server.origin + path.replace(':id', 'none').replace('*', 'nothing-here')
    const answer = await page.request.fetch(address, { headers: { accept: 'text/html' } })
    const arrived = new URL(answer.url()).pathname
    if (!answer.headers()['content-type']?.startsWith('text/html') || seen.has(arrived)) continue
    seen.add(arrived)
    await page.goto(answer.url())
    faults.push(...(await findFaults(page, arrived)))
  }
  return { seen, faults }
}

test.use({ viewport: { width: 320, height: 700 } })

test('no page has a fault for somebody who is not signed in, light or dark, on the narrowest screen', async ({
  page,
}) => {
  test.setTimeout(240_000)
  const { seen, faults } = await lookAtEverything(page)
  expect(faults).toEqual([])
  for (const path of ['/', '/login', '/register', '/forgot', '/reset', '/preferences']) expect(seen).toContain(path)
})

test('refused forms and open questions have no fault, light or dark', async ({ page }) => {
  await page.goto(`${server.origin}/register`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert').first()).toBeFocused()
  expect(await findFaults(page, 'refused form')).toEqual([])
  await registerIn(page, server.origin, someone())
  await createProject(page, 'Hats')
  await page.getByRole('link', { name: 'Hats' }).first().click()
  await page.locator('details.confirm > summary').last().click()
  expect(await findFaults(page, 'open question')).toEqual([])
})

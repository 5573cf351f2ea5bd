import { expect, type Page, test } from '@playwright/test'
import { findViolations, overflowOf } from '../support/axe.ts'
import { makeAdmin } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createProject, registerIn, someone } from './people.ts'

// The main pages at work, in light and dark, at the narrowest width that WCAG 2.2 (1.4.10) asks for.
// `npm run test:accessibility` looks at every page and state.

test.use({ viewport: { width: 320, height: 700 } })

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server?.stop())

async function expectNoFault(page: Page, what: string): Promise<void> {
  expect(await findViolations(page), what).toEqual([])
  expect(await overflowOf(page), `pixels that ${what} is too wide`).toBeLessThanOrEqual(0)
}

test('axe finds nothing on the main pages, light or dark, at 320 px', async ({ page }) => {
  test.setTimeout(120_000)
  const look = async (path: string) => {
    await page.goto(server.origin + path)
    // What a script adds to the page must be there: axe judges colours by where things stood when it began.
    if (path === '/inspect') await expect(page.getByText('document.cookie')).toBeVisible()
    await expectNoFault(page, path)
  }
  for (const path of ['/', '/login', '/preferences']) await look(path)
  await page.goto(`${server.origin}/register`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert').first()).toBeFocused()
  await expectNoFault(page, 'a refused registration')

  const person = someone()
  await registerIn(page, server.origin, person)
  await createProject(page, 'Hats')
  await page.locator('details.confirm > summary').last().click()
  await expectNoFault(page, 'the dashboard with a notice and an open question')
  for (const path of ['/account', '/account/security', '/account/sessions', '/inspect', '/nothing']) await look(path)
  makeAdmin(server, person.email)
  for (const path of ['/admin', '/admin/users']) await look(path)
})

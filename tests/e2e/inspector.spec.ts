import { expect, type Page, test } from '@playwright/test'
import { findViolations } from '../support/axe.ts'
import { sessionOf } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { registerIn, someone } from './people.ts'

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

/** Axe runs its own script in the page, so it looks at pages of browsers that have scripts; twice at colours. */
async function expectAccessible(page: Page): Promise<void> {
  if (test.info().project.name !== 'js') return
  expect(await findViolations(page)).toEqual([])
}

test('somebody looks at what goes on, and sees a thief fail', async ({ page, javaScriptEnabled }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await page.getByRole('link', { name: 'See what your browser holds' }).click()
  await expect(page.getByRole('heading', { name: 'What your browser holds' })).toBeVisible()
  await expect(page.getByText('Path=/; Secure; HttpOnly; SameSite=Lax', { exact: true })).toBeVisible()
  const script = page.getByRole('region', { name: 'What a script can read here' })
  const found = javaScriptEnabled ? '"" (empty: scripts see no cookie at all)' : 'None is running'
  await expect(script).toContainText(found)

  // A phone's width has nothing to scroll sideways.
  await page.setViewportSize({ width: 320, height: 640 })
  await page.getByRole('button', { name: 'Show A stolen ticket' }).click()
  const result = page.getByRole('heading', { name: 'A stolen ticket: what happened' })
  await expect(result).toBeInViewport()
  if (javaScriptEnabled) await expect(result).toBeFocused()
  const steps = page.getByRole('region', { name: 'A stolen ticket: what happened' }).getByRole('listitem')
  await expect(steps).toHaveCount(4)
  await expect(steps.nth(2)).toContainText('The thief shows ticket 0 reuse')
  if (javaScriptEnabled) expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  await expectAccessible(page)

  // Nobody was signed out by it.
  await page.goto(`${server.origin}/account/sessions`)
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible()
  expect(sessionOf(server, person.email).revoked_at).toBeNull()
})

test('what another tab does shows by itself, and by reloading', async ({ page, javaScriptEnabled }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await page.goto(`${server.origin}/inspect`)
  const line = page.getByRole('region', { name: 'What happened to this session' })
  await expect(line.getByRole('listitem')).toHaveCount(2)
  await server.advance(6 * 60_000)
  const answer = await page.context().request.get(`${server.origin}/dashboard`)
  expect(answer.ok()).toBe(true)
  if (!javaScriptEnabled) await line.getByRole('link', { name: 'Reload' }).click()
  await expect(line).toContainText('Ticket 0 was replaced by ticket 1')

  if (!javaScriptEnabled) return
  const database = server.openDatabase()
  const { id } = sessionOf(server, person.email)
  database.prepare("update sessions set revoked_at = 1, revoked_reason = 'ended' where id = ?").run(id)
  database.close()
  await expect(line.getByRole('alert')).toContainText('This session has ended.')
  await line.getByRole('link', { name: 'Load the page anew' }).click()
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Finspect/)
})

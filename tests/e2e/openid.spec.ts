import { expect, type Page, test } from '@playwright/test'
import { withDatabase } from '../support/fixtures.ts'
import { type OpenIdProvider, startFederated } from '../support/openid-provider.ts'
import type { TestServer } from '../support/server.ts'
import { registerIn, someone } from './people.ts'

// Sign-in at a real OpenID provider, with and without scripts.

test.describe.configure({ mode: 'default' })
let server: TestServer
let provider: OpenIdProvider
let stop: () => Promise<void>
test.beforeAll(async () => {
  ;({ server, provider, stop } = await startFederated())
  for (const login of ['grace', 'tabs', 'linked']) {
    provider.accounts.set(login, { email: `${login}@example.com`, email_verified: true, name: 'Grace Hopper' })
  }
})
test.afterAll(() => stop())

async function leaveForProvider(page: Page): Promise<void> {
  await page.goto(`${server.origin}/login`)
  await page.getByRole('button', { name: 'Continue with Acme' }).click()
  await expect(page).toHaveURL(/\/interaction\//)
}

async function signInThere(page: Page, login: string): Promise<void> {
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  const agree = page.getByRole('button', { name: 'Continue' })
  const back = page.getByRole('banner').getByRole('button', { name: 'Sign out' })
  await expect(agree.or(back)).toBeVisible()
  if (await agree.isVisible()) await agree.click()
}

const projects = (page: Page) => page.getByRole('heading', { name: 'Your projects' })

test('signs in, and out again here and there', async ({ page }) => {
  await leaveForProvider(page)
  await signInThere(page, 'grace')
  await expect(projects(page)).toBeVisible()
  await page.reload()
  await expect(projects(page)).toBeVisible()

  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: /Yes, sign me out/ }).click()
  await expect(page).toHaveURL(/\/login$/)
  await page.goto(`${server.origin}/dashboard`)
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard/)
})

test('two tabs that go to the provider at once both come back', async ({ context, page }) => {
  const second = await context.newPage()
  await leaveForProvider(page)
  await leaveForProvider(second)
  await signInThere(page, 'tabs')
  await expect(projects(page)).toBeVisible()
  await signInThere(second, 'tabs')
  await expect(projects(second)).toBeVisible()
  await page.reload()
  await expect(projects(page)).toBeVisible()
})

test('the back button after coming back signs nobody out and nobody else in', async ({ page }) => {
  await leaveForProvider(page)
  await signInThere(page, 'tabs')
  await expect(projects(page)).toBeVisible()
  await page.goBack()
  // The provider leads on from its own page at once.
  await expect(async () => void (await page.goto(`${server.origin}/dashboard`))).toPass()
  await expect(projects(page)).toBeVisible()
})

test('an account elsewhere is linked, signs in, and is removed', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  withDatabase(server, (database) =>
    database.prepare('update users set email_verified_at = 1 where email = ?').run(person.email),
  )
  await page.goto(`${server.origin}/account/security`)
  await page.getByRole('button', { name: 'Link an account of Acme' }).click()
  await signInThere(page, 'linked')
  await expect(page.getByText('Account linked.')).toBeVisible()
  const card = page.getByRole('article', { name: 'Acme' })
  await expect(card).toContainText('linked@example.com')
  await card.locator('summary', { hasText: 'Remove' }).click()
  await card.getByRole('button', { name: 'Remove this link' }).click()
  await expect(page.getByText('Link removed.')).toBeVisible()
})

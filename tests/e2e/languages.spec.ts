import { expect, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

test.use({ locale: 'de-DE' })

test('B13 words › somebody whose browser asks for German reads German, before and after scripts', async ({ page }) => {
  const errors: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
  await page.goto(`${server.origin}/login`)
  await expect(page.getByRole('heading', { name: 'Anmelden' })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Registrieren' }).click()
  await expect(page.getByRole('heading', { name: 'Registrieren' })).toBeVisible()
  await page.getByRole('button', { name: 'Konto anlegen' }).click()
  await expect(page.getByRole('alert')).toContainText('Geben Sie Ihre E-Mail-Adresse ein')
  await expect(page).toHaveTitle('Registrieren · Cloakroom')
  expect(errors.filter((text) => /hydrat|did not match|Minified React/i.test(text))).toEqual([])
})

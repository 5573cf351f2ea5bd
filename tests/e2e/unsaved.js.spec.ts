import { expect, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { createProject, registerIn, someone, untilHydrated } from './people.ts'

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

test('B11 what was typed and not sent is asked about before the page is left, and only then', async ({ page }) => {
  const asked: string[] = []
  let answer = false
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type())
    await (answer ? dialog.accept() : dialog.dismiss())
  })
  await registerIn(page, server.origin, someone())
  await untilHydrated(page)
  await createProject(page, 'Sent at once')
  await expect(page.getByRole('heading', { name: 'Sent at once' })).toBeVisible()
  const account = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Account' })
  await account.click()
  await expect(page).toHaveURL(/\/account$/)
  expect(asked).toEqual([])

  await page.goBack()
  const description = page.getByLabel('Description (optional)')
  await description.fill('Half a thought')
  await account.click()
  await expect.poll(() => asked).toEqual(['confirm'])
  await expect(page).toHaveURL(/\/dashboard/)
  await expect(description).toHaveValue('Half a thought')

  answer = true
  await page.reload()
  await untilHydrated(page)
  expect(asked).toEqual(['confirm', 'beforeunload'])
  await page.getByLabel('Description (optional)').fill('Another')
  await account.click()
  await expect(page).toHaveURL(/\/account$/)
})

test('B11 a page that is long under way shows that it is, and stops when it has come', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await untilHydrated(page)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/account.data*', async (route) => {
    await held
    await route.continue()
  })
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Account' }).click()
  const main = page.getByRole('main')
  await expect(main).toHaveAttribute('aria-busy', 'true')
  const bar = () => main.evaluate((element) => getComputedStyle(element, '::before').borderTopWidth)
  expect(await bar()).toBe('3px')
  release()
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  await expect(main).not.toHaveAttribute('aria-busy')
})

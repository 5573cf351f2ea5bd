import { expect, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { createProject, registerIn, someone } from './people.ts'

// A page that calls the API through the proxy.

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

test('B1 a list that is followed shows what another tab adds, through the proxy and without a reload', async ({
  page,
  context,
}) => {
  await registerIn(page, server.origin, someone())
  await createProject(page, 'Made first')
  const isCall = (url: string) => new URL(url).pathname === '/bff/api/projects'
  const called = page.waitForRequest((request) => isCall(request.url()))
  await page.getByRole('button', { name: 'Follow', exact: true }).click()
  const headers = await (await called).allHeaders()
  expect(headers['x-csrf-token']).toMatch(/^[\w-]{64}$/)
  expect(headers).not.toHaveProperty('authorization')

  const other = await context.newPage()
  await other.goto(`${server.origin}/dashboard`)
  await createProject(other, 'Made in another tab')
  let loads = 0
  page.on('request', (request) => {
    if (request.url().includes('.data') || request.isNavigationRequest()) loads++
  })
  await expect(page.getByRole('heading', { name: 'Made in another tab' })).toBeVisible()
  expect(loads).toBe(0)
})

test('B1 a list that is followed leads to sign-in when the session is over', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await page.getByRole('button', { name: 'Follow', exact: true }).click()
  const database = server.openDatabase()
  database.prepare("update sessions set revoked_at = ?, revoked_reason = 'ended'").run(Date.now())
  database.close()
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard/)
})

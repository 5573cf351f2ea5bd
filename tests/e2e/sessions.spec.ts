import { expect, type Page, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { createProject, registerIn, signInIn, signOutIn, someone } from './people.ts'

// In the browser, with and without scripts: what stays in view once somebody has signed out, or another has signed in.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

/** What stands in the page as soon as it can be read: a page that came back as it was left is on its way out. */
async function readable(page: Page): Promise<string> {
  let shown = ''
  await expect(async () => {
    shown = await page.content()
  }).toPass()
  return shown
}

test('the back button after signing out shows nothing private', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await createProject(page, 'A coat of many colours')
  await page.goto(`${server.origin}/account`)
  await expect(page.getByText(person.email)).toBeVisible()
  await signOutIn(page)

  // As many steps as were taken since the sign-in: whatever comes, nothing of hers is in it.
  for (let step = 0; step < 4; step++) {
    await page.goBack()
    const shown = await readable(page)
    expect(shown, `after ${step + 1} steps back, at ${page.url()}`).not.toContain(person.email)
    expect(shown, `after ${step + 1} steps back, at ${page.url()}`).not.toContain('many colours')
    if (step === 0) await expect(page).toHaveURL(/\/login\?redirectTo=%2Faccount/)
  }
})

test("a form of one person's page is refused once somebody else has signed in", async ({ page, context }) => {
  const first = someone('First')
  const second = someone('Second')
  const other = await context.newPage()
  await registerIn(other, server.origin, second)
  await signOutIn(other)
  await registerIn(page, server.origin, first)
  // The first tab cannot ask who is signed in: it has to be the server that refuses.
  await page.route('**/bff/user', (route) => route.abort())

  await other.goto(`${server.origin}/dashboard`)
  await signOutIn(other)
  await signInIn(other, server.origin, second)
  await page.getByLabel('Name', { exact: true }).fill('Made by whom?')
  await page.getByRole('button', { name: 'Create project' }).click()

  await expect(page.getByRole('heading', { name: 'This form could not be trusted' })).toBeVisible()
  await expect(page.getByText('Nothing was changed.')).toBeVisible()
  await expect(page.getByText(second.email)).toHaveCount(0)
  const database = server.openDatabase()
  expect(database.prepare("select count(*) as count from projects where name = 'Made by whom?'").get()).toEqual({
    count: 0,
  })
  database.close()
})

test('a new sign-in after signing out starts with nothing of the person before', async ({ page }) => {
  const first = someone('First')
  const second = someone('Second')
  await registerIn(page, server.origin, first)
  await createProject(page, 'Only for the first')
  await signOutIn(page)
  await registerIn(page, server.origin, second)
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
  expect(await page.content()).not.toContain('Only for the first')
})

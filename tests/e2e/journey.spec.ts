import { expect, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { createProject, fillSignIn, registerByPage, registerIn, signOutIn, someone } from './people.ts'

// The main job from end to end, with and without scripts.

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

const minute = 60_000

test.describe('A24 the whole way of a person', () => {
  test('registers, makes three projects, stays signed in, signs out, is asked to sign in again and arrives where they wanted', async ({
    page,
  }) => {
    const person = someone('Grace')
    await registerByPage(page, server.origin, person)
    for (const name of ['Hats', 'Scarves', 'Umbrellas']) await createProject(page, name)

    await server.advance(6 * minute)
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Umbrellas' })).toBeVisible()

    await signOutIn(page)
    await page.goto(`${server.origin}/dashboard?archived=true`)
    await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard%3Farchived%3Dtrue/)
    await fillSignIn(page, person)
    await expect(page).toHaveURL(`${server.origin}/dashboard?archived=true`)
    await expect(page.getByText('Nothing is archived')).toBeVisible()
    await page.getByRole('link', { name: 'Current' }).click()
    await expect(page.getByRole('heading', { name: 'Hats' })).toBeVisible()
  })

  test('a form that was open while the ticket ran out of date is carried out once', async ({ page }) => {
    await registerIn(page, server.origin, someone())
    await server.advance(20 * minute)
    await createProject(page, 'Sent late')
    await expect(page.getByRole('heading', { name: 'Sent late' })).toHaveCount(1)
  })

  test('a session that is over leads to sign-in, which says why, and back', async ({ page }) => {
    const person = someone()
    await registerIn(page, server.origin, person)
    await server.advance(13 * 60 * minute)
    await page.goto(`${server.origin}/account`)
    await expect(page.getByText('Your session ended because it reached its longest time')).toBeVisible()
    await fillSignIn(page, person)
    await expect(page).toHaveURL(`${server.origin}/account`)
    await expect(page.getByText(person.email)).toBeVisible()
  })
})

test.describe('A16 projects', () => {
  test('a project is renamed, archived, restored and, after a question, deleted', async ({ page }) => {
    await registerIn(page, server.origin, someone())
    await createProject(page, 'First name')
    await page.getByRole('link', { name: 'First name' }).click()
    await page.getByText('Rename or describe').click()
    await page.getByLabel('Name', { exact: true }).fill('Second name')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(page.getByRole('heading', { name: 'Second name' })).toBeVisible()

    await page.getByRole('button', { name: 'Archive' }).click()
    await expect(page.getByRole('button', { name: 'Restore' })).toBeVisible()
    await page.getByRole('button', { name: 'Restore' }).click()
    await expect(page.getByRole('button', { name: 'Archive' })).toBeVisible()

    await expect(page.getByRole('button', { name: 'Delete for good' })).toBeHidden()
    await page.locator('summary', { hasText: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await expect(page.getByText('You have no current projects')).toBeVisible()
  })

  test('a form with a mistake comes back with a message at its field and what was typed', async ({ page }) => {
    await registerIn(page, server.origin, someone())
    await page.getByLabel('Description (optional)').fill('Typed with care')
    await page.getByRole('button', { name: 'Create project' }).click()
    await expect(page.getByRole('alert')).toContainText('Give the project a name')
    await expect(page.getByLabel('Description (optional)')).toHaveValue('Typed with care')
    await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  })
})

test('B10 a new password is judged while it is typed, and by the server without scripts', async ({
  page,
  javaScriptEnabled,
}) => {
  const { name, email } = someone()
  await page.goto(`${server.origin}/register`)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Email address').fill(email)
  const password = page.getByLabel('Password', { exact: true })
  const meter = page.getByRole('meter', { name: 'Strength of the password' })
  await expect(meter).toHaveCount(0)
  if (javaScriptEnabled) {
    for (const [typed, words] of [
      ['velvet', /^6 of at least \d+ characters$/],
      ['aaaaaaaaaaaaaaaaaaaa', 'Long enough, but it repeats itself'],
      ['velvet lantern over the harbour', 'Long and varied'],
    ] as const) {
      await password.fill(typed)
      await expect(meter).toHaveAttribute('aria-valuetext', words)
    }
  }
  await password.fill('passwordpassword')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert').first()).toContainText('This repeats something short')
  await expect(password).toHaveAttribute('aria-invalid', 'true')
  await expect(meter).toHaveCount(0)
})

test.describe('A2 signing in', () => {
  test('a wrong password is told in the page, which keeps the address and forgets the password', async ({ page }) => {
    const person = someone()
    await page.goto(`${server.origin}/login`)
    await fillSignIn(page, person)
    await expect(page.getByRole('alert')).toContainText('Invalid email or password')
    await expect(page.getByLabel('Email address')).toHaveValue(person.email)
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
  })

  test('"Keep me signed in" outlives the browser, and only then', async ({ page, context }) => {
    const person = someone()
    await registerIn(page, server.origin, person)
    const ticket = async () => (await context.cookies()).find(({ name }) => name === '__Host-Http-cloakroom')
    expect((await ticket())?.expires).toBe(-1)
    await signOutIn(page)
    await page.goto(`${server.origin}/login`)
    await page.getByLabel('Keep me signed in').check()
    await fillSignIn(page, person)
    await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
    expect((await ticket())?.expires).toBeGreaterThan(Date.now() / 1_000 + 6 * 86_400)
  })
})

test.describe('A14 roles', () => {
  test('an admin disables a person, who is signed out at once and told so', async ({ page, browser }) => {
    const [admin, person] = [someone('Warden'), someone('Visitor')]
    await registerIn(page, server.origin, admin)
    const database = server.openDatabase()
    database.prepare("update users set role = 'admin' where email = ?").run(admin.email)
    database.close()

    const elsewhere = await browser.newContext({ javaScriptEnabled: false })
    const theirs = await elsewhere.newPage()
    await registerIn(theirs, server.origin, person)
    await theirs.goto(`${server.origin}/admin/users`)
    await expect(theirs.getByText('Admin access required')).toBeVisible()

    await page.goto(`${server.origin}/admin/users?q=${person.email}`)
    await page.getByRole('button', { name: 'Disable' }).click()
    await expect(page.getByText('Disabled', { exact: true })).toBeVisible()

    await theirs.goto(`${server.origin}/dashboard`)
    await expect(theirs.getByText('this account is disabled')).toBeVisible()
    await fillSignIn(theirs, person)
    await expect(theirs.getByRole('alert')).toContainText('Account is disabled')
    await elsewhere.close()
  })
})

import { expect, type Page, test } from '@playwright/test'
import { makeAdmin } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { holdBack, holdScripts, loseScripts, openEarly, slowDown } from './late-scripts.ts'
import { createProject, registerIn, someone, untilHydrated } from './people.ts'

// What is typed and chosen while a page's scripts are on their way stays when they come, and is asked about.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server?.stop())

/** Types into every field of the page's content and chooses something else everywhere. */
function fillAll(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true
    const controls = document.querySelectorAll<HTMLInputElement>(
      'main input:not([type=hidden], [readonly]), main textarea, main select',
    )
    for (const control of controls) {
      if (control instanceof HTMLSelectElement) control.selectedIndex = control.options.length - 1
      else if (control.type === 'checkbox' || control.type === 'radio') control.click()
      else if (control.type === 'datetime-local') control.value = '2026-11-21T10:00'
      else control.value = `typed${control.value}`
      control.dispatchEvent(new Event('input', { bubbles: true }))
    }
  })
}

/** What every field of the page's content holds, by its name or id. */
function valuesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLInputElement>(
      'main input:not([type=hidden]), main textarea, main select',
    )
    return [...controls].map(({ type, name, id, value, checked }) => {
      const held = type === 'checkbox' || type === 'radio' ? `${value} ${checked}` : value
      return `${name || id}: ${held}`
    })
  })
}

/** The page that is open keeps what is typed into it when its scripts come. */
async function expectKept(page: Page, path: string, release: () => void): Promise<void> {
  const before = await valuesOf(page)
  await fillAll(page)
  const typed = await valuesOf(page)
  expect(typed, `${path} has fields that can be typed into`).not.toEqual(before)
  release()
  await untilHydrated(page)
  expect(await valuesOf(page), path).toEqual(typed)
}

async function expectKeptOn(page: Page, path: string): Promise<void> {
  const { release } = await holdScripts(page)
  await openEarly(page, `${server.origin}${path}`)
  await expectKept(page, path, release)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}

for (const path of ['/register', '/login', '/forgot', '/reset', '/verify', '/undo', '/preferences']) {
  test(`what a visitor types at ${path} before its scripts come is kept`, async ({ page }) => {
    await expectKeptOn(page, path)
  })
}

test('what a person types before the scripts come is kept on every page with fields', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await createProject(page, 'Hats')
  const project = await page.getByRole('link', { name: 'Hats' }).getAttribute('href')
  await page.goto(`${server.origin}${project}`)
  await page.getByText('Rename or describe').click()
  await page.getByLabel('Description (optional)').fill('Two\nlines')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('status')).toContainText(/./)
  const paths = [
    ...['/dashboard', `${project}`, '/account/address', '/account/password', '/account/delete'],
    ...['/account/security/passkeys', '/reauthenticate?redirectTo=/account/export'],
  ]
  for (const path of paths) await expectKeptOn(page, path)
})

test('what an admin types and chooses before the scripts come is kept on every page with fields', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  makeAdmin(server, person.email)
  const { id } = (await (await page.request.get(`${server.origin}/bff/user`)).json()).user
  const paths = ['/admin/users', '/admin/users?q=a&sort=name', '/admin/events', `/admin/users/${id}`]
  for (const path of paths) await expectKeptOn(page, path)
})

test('a refused form keeps the password and the focus of somebody who types before the scripts come', async ({
  page,
}) => {
  await loseScripts(page)
  await openEarly(page, `${server.origin}/register`)
  await page.getByLabel('Email address').fill('not an address')
  await page.unrouteAll({ behavior: 'wait' })
  const { release } = await holdScripts(page)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  const password = page.getByLabel('Password', { exact: true })
  await password.pressSequentially('a window over')
  release()
  await untilHydrated(page)
  await page.keyboard.type(' the harbour')
  await expect(password).toHaveValue('a window over the harbour')
})

test('a page in another language, whose words come late, keeps what is typed', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'de-DE' })
  const page = await context.newPage()
  const { release } = await holdBack(page, '**/words/de*')
  await openEarly(page, `${server.origin}/register`)
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expectKept(page, 'register in German', release)
  await context.close()
})

test('what is typed while the page comes alive on a slow phone is all there', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  const { release } = await holdScripts(page)
  await openEarly(page, `${server.origin}/dashboard`)
  await slowDown(page, 4)
  const description = page.getByLabel('Description (optional)')
  await description.pressSequentially('before, ')
  release()
  await description.pressSequentially('meanwhile, ')
  await untilHydrated(page)
  await description.pressSequentially('afterwards')
  await expect(description).toHaveValue('before, meanwhile, afterwards')
})

test('a page comes alive however many letters arrive meanwhile', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  const { release } = await holdScripts(page)
  await openEarly(page, `${server.origin}/dashboard`)
  const description = page.getByLabel('Description (optional)')
  await description.fill('Half a thought')
  await description.evaluate((field) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
      if (!window.cloakroomTab?.refresh) port2.postMessage('next')
    }
    port2.postMessage('first')
  })
  release()
  await untilHydrated(page)
  await expect(description).toHaveValue('Half a thought')
})

/** Notes the kinds of questions that the page asks, and stays on it. */
function stayWhenAsked(page: Page): string[] {
  const asked: string[] = []
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type())
    await dialog.dismiss()
  })
  return asked
}

for (const fate of ['late', 'never'] as const) {
  test(`what was typed and not sent is asked about on a page whose scripts come ${fate}`, async ({ page }) => {
    await registerIn(page, server.origin, someone())
    const { release } = fate === 'late' ? await holdScripts(page) : { release: () => {} }
    if (fate === 'never') await loseScripts(page)
    await openEarly(page, `${server.origin}/dashboard`)
    const asked = stayWhenAsked(page)
    const description = page.getByLabel('Description (optional)')
    await description.fill('Half a thought')
    const account = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Account' })
    await account.click({ noWaitAfter: true })
    await expect.poll(() => asked).toEqual(['beforeunload'])
    await expect(description).toHaveValue('Half a thought')
    if (fate === 'never') return
    release()
    await untilHydrated(page)
    await expect(description).toHaveValue('Half a thought')
    await account.click()
    await expect.poll(() => asked).toEqual(['beforeunload', 'confirm'])
    await expect(page).toHaveURL(/\/dashboard$/)
  })
}

test('a form that is sent before the scripts come is not asked about, another one on its page is', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await loseScripts(page)
  await openEarly(page, `${server.origin}/dashboard`)
  const asked = stayWhenAsked(page)
  await createProject(page, 'Sent as it is')
  expect(asked).toEqual([])
  await page.getByLabel('Description (optional)').fill('Half a thought')
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click({ noWaitAfter: true })
  await expect.poll(() => asked).toEqual(['beforeunload'])
  await expect(page).toHaveURL(/\/dashboard/)
})

test('a page with unsaved text whose person signs out before its scripts come goes without a question', async ({
  page,
  context,
}) => {
  await registerIn(page, server.origin, someone())
  const tab = await context.newPage()
  await holdScripts(tab)
  await openEarly(tab, `${server.origin}/dashboard`)
  const asked = stayWhenAsked(tab)
  await tab.getByLabel('Description (optional)').fill('Half a thought')
  const csrf = await page.locator('form[action="/logout"] input[name=csrf]').inputValue()
  await page.request.post(`${server.origin}/bff/logout`, { headers: { 'X-CSRF-Token': csrf, origin: server.origin } })
  await page.evaluate(() => new BroadcastChannel('cloakroom-session').postMessage('changed'))
  await expect(tab).toHaveURL(/\/login\?redirectTo=%2Fdashboard/)
  expect(asked).toEqual([])
})

import { expect, type Page, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { someone } from './people.ts'

// The main journey on a phone's width with a keyboard alone: Tab, Enter, Space and letters; no pointer, no locator acts.

test.use({ viewport: { width: 390, height: 844 } })

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server?.stop())

type Stop = { name: string; isSeen: boolean }

/** Where the focus stands: what it is called, and whether one sees it there. */
function stopOf(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement
    const { outlineStyle, outlineWidth } = getComputedStyle(at)
    const { top, bottom, width } = at.getBoundingClientRect()
    const label = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at.labels?.[0] : at
    return {
      name: (label?.textContent ?? '').replaceAll(/\s+/g, ' ').trim(),
      isSeen:
        outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && width > 0 && bottom > 0 && top < innerHeight,
    }
  })
}

/** Presses Tab until something of that name has the focus; every stop on the way must show it. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const stop = await stopOf(page)
    // Past the last stop the focus leaves the page and begins anew.
    if (await page.evaluate(() => document.activeElement === document.body)) continue
    expect(stop.isSeen, `the focus on "${stop.name}" can be seen`).toBe(true)
    if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return
    passed.push(stop.name)
  }
  throw new Error(`no stop is called ${name}; there are: ${passed.join(' | ')}`)
}

async function press(page: Page, name: string | RegExp, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press(key)
}

async function type(page: Page, name: string | RegExp, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
}

test('the whole way of a person needs no pointer', async ({ page }) => {
  test.setTimeout(90_000)
  const { name, email, password } = someone()
  await page.goto(`${server.origin}/register`)

  await test.step('the first stop leads past the header', async () => {
    await page.keyboard.press('Tab')
    expect(await stopOf(page)).toEqual({ name: 'Skip to the content', isSeen: true })
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  })

  await test.step('a refused form takes the focus to its summary, and from there to the field', async () => {
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert').first()).toBeFocused()
    await press(page, /name/i)
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  })

  await test.step('register', async () => {
    await page.keyboard.insertText(name)
    await type(page, 'Email address', email)
    await type(page, 'Password', password)
    await press(page, 'Create account')
    await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
  })

  await test.step('create, open and rename a project', async () => {
    await type(page, 'Name', 'Hats')
    await press(page, 'Create project')
    await expect(page.getByRole('status')).toContainText('Project created.')
    await press(page, 'Hats')
    await expect(page.getByRole('heading', { name: 'Hats', level: 1 })).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
    await press(page, 'Rename or describe', 'Space')
    await type(page, 'Name', 'Scarves')
    await press(page, 'Save changes', 'Space')
    await expect(page.getByRole('heading', { name: 'Scarves', level: 1 })).toBeVisible()
  })

  await test.step('archive, and delete after a question', async () => {
    await press(page, 'Archive Scarves')
    await expect(page.getByText('Project archived')).toBeVisible()
    await press(page, 'Delete Scarves')
    await press(page, 'Delete for good')
    await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
  })

  await test.step('sign out, and in again', async () => {
    await press(page, 'Sign out', 'Space')
    await expect(page).toHaveURL(/\/login\?why=signed-out/)
    // This button is there once the scripts are.
    await expect(page.getByRole('button', { name: 'Show password' })).toBeVisible()
    await type(page, 'Email address', email)
    await type(page, 'Password', password)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
  })
})

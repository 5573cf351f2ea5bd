import { expect, type Page } from '@playwright/test'
import { newPerson, type Person } from '../support/fixtures.ts'

/** Somebody who has never been here; the name can be told apart from other people's. */
export const someone = (name = 'Ada'): Person => newPerson(name)

/** Registers somebody over HTTP with the browser's own cookies; afterwards the dashboard is open. */
export async function registerIn(page: Page, origin: string, person: Person): Promise<void> {
  const { request } = page.context()
  const { csrf } = await (await request.get(`${origin}/bff/csrf`)).json()
  const agent = await page.evaluate(() => navigator.userAgent)
  const headers = { 'X-CSRF-Token': csrf, 'User-Agent': agent }
  const answer = await request.post(`${origin}/bff/register`, { data: person, headers })
  expect(answer.status()).toBe(201)
  await page.goto(`${origin}/dashboard`)
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
}

/** Registers through the page; afterwards the dashboard is open and the person signed in. */
export async function registerByPage(page: Page, origin: string, { name, email, password }: Person): Promise<void> {
  await page.goto(`${origin}/register`)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
}

/** Signs in through the page; afterwards the dashboard is open. */
export async function signInIn(page: Page, origin: string, person: Person): Promise<void> {
  await page.goto(`${origin}/login`)
  await fillSignIn(page, person)
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
}

/** Fills in the sign-in page that is open, and sends it. */
export async function fillSignIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}

/** Signs out by the button in the page's head. */
export async function signOutIn(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login\?why=signed-out/)
}

/** Creates a project on the dashboard, which is open. */
export async function createProject(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(page.getByText('Project created.')).toBeVisible()
  await expect(page.getByRole('heading', { name })).toBeVisible()
}

/** Waits until the page's scripts are at work, which no state of the network tells. */
export async function untilHydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => window.cloakroomTab?.refresh)
}

import { expect, type Page, test } from '@playwright/test'
import { codeTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { addApp } from './factors.ts'
import { fillSignIn, registerIn, signInIn, signOutIn, someone } from './people.ts'

// What people do with a code from a mail: with scripts by its link, without by typing it.

test.describe.configure({ mode: 'default' })
const phrase = 'seven lanterns on the quay'

let server: TestServer
let strict: TestServer
test.beforeAll(async () => {
  ;[server, strict] = await Promise.all([startServer(), startServer({ env: { REGISTRATION: 'verify-email' } })])
})
test.afterAll(() => Promise.all([server.stop(), strict.stop()]))

/** Follows the link of a mail; without scripts the code is typed, in small letters and without its dashes. */
async function enterCode(page: Page, address: string, code: string, isScripted: boolean): Promise<void> {
  // Every address that the browser asks for: none may hold the code.
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto('about:blank')
  await page.goto(`${address}#code=${code}`)
  const field = page.getByLabel('Code from the mail')
  if (isScripted) {
    await expect(field).toHaveValue(code)
    await expect(page).toHaveURL(address)
  } else {
    await field.fill(code.toLowerCase().replaceAll('-', ''))
  }
  expect(asked.map((url) => url.split('#')[0]).join(' ')).not.toContain(code)
}

test('a forgotten password is replaced, and the earlier session is over', async ({
  page,
  context,
  javaScriptEnabled,
}) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const other = await context.browser()?.newContext({ javaScriptEnabled })
  const elsewhere = await other?.newPage()
  if (!elsewhere) throw new Error('there is no second browser')
  await elsewhere.goto(`${server.origin}/login`)
  await elsewhere.getByRole('link', { name: 'Forgotten your password?' }).click()
  await expect(elsewhere.getByRole('heading', { name: 'Forgotten password' })).toBeVisible()
  await elsewhere.getByLabel('Email address').fill(person.email)
  await elsewhere.getByRole('button', { name: 'Send the code' }).click()
  await expect(elsewhere.getByText('a mail with a code is on its way')).toBeVisible()

  const code = await codeTo(server, person.email, 'Choose a new password')
  await enterCode(elsewhere, `${server.origin}/reset`, code, javaScriptEnabled !== false)
  await elsewhere.getByLabel('New password', { exact: true }).fill('passwordpassword1')
  await elsewhere.getByRole('button', { name: 'Change password' }).click()
  await expect(elsewhere.getByText('repeats something short').first()).toBeVisible()
  await expect(elsewhere.getByLabel('Code from the mail')).not.toHaveValue('')
  await elsewhere.getByLabel('New password', { exact: true }).fill(phrase)
  await elsewhere.getByRole('button', { name: 'Change password' }).click()
  await expect(elsewhere.getByText('Your password is changed and every session has ended.')).toBeVisible()
  await fillSignIn(elsewhere, { ...person, password: phrase })
  await expect(elsewhere.getByRole('heading', { name: 'Your projects' })).toBeVisible()

  await page.goto(`${server.origin}/dashboard`)
  await expect(page).toHaveURL(/\/login\?.*why=revoked/)
  await other?.close()
})

test('an address is confirmed before there is an account', async ({ page, javaScriptEnabled }) => {
  const person = someone('Grace')
  await page.goto(`${strict.origin}/register?redirectTo=/account`)
  await page.getByLabel('Name', { exact: true }).fill(person.name)
  await page.getByLabel('Email address').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('We have sent you a mail.')).toBeVisible()

  await page.goto(`${strict.origin}/login`)
  await fillSignIn(page, person)
  await expect(page.getByRole('alert')).toContainText('Confirm your address first')
  await page.getByRole('link', { name: 'Confirm your address' }).click()
  await page.getByText('No mail came').click()
  await page.getByLabel('Email address').fill(person.email)
  await page.getByRole('button', { name: 'Send it again' }).click()
  await expect(page.getByText('a mail with a code is on its way')).toBeVisible()

  await enterCode(page, `${strict.origin}/verify`, await codeTo(strict, person.email), javaScriptEnabled !== false)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
  await signOutIn(page)
  await signInIn(page, strict.origin, person)
})

test('an address is changed by its owner, and changed back by the old one', async ({ page, javaScriptEnabled }) => {
  const isScripted = javaScriptEnabled !== false
  const person = someone('Hedy')
  const { email } = someone()
  await registerIn(page, server.origin, person)
  await page.goto(`${server.origin}/account/address`)
  await page.getByRole('button', { name: 'Confirm this address' }).click()
  await expect(page.getByText('a mail with a code is on its way')).toBeVisible()
  await enterCode(page, `${server.origin}/verify`, await codeTo(server, person.email), isScripted)
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await expect(page.getByText('Your address is confirmed.')).toBeVisible()

  await page.getByRole('link', { name: 'Change address' }).click()
  await page.getByLabel('New email address').fill(email)
  await page.getByLabel('Current password').fill(person.password)
  await page.getByRole('button', { name: 'Send a code there' }).click()
  await expect(page.getByText('We have sent a mail to the new address.')).toBeVisible()
  await enterCode(page, `${server.origin}/account/address`, await codeTo(server, email), isScripted)
  await page.getByRole('button', { name: 'Use the new address' }).click()
  await expect(page.getByText('Your address is changed.')).toBeVisible()
  await expect(page.getByText(email)).toBeVisible()

  const undo = await codeTo(server, person.email, 'The address of your account was changed')
  await enterCode(page, `${server.origin}/undo`, undo, isScripted)
  await page.getByRole('button', { name: 'Undo the change' }).click()
  await expect(page.getByText('Your account has its earlier address again.')).toBeVisible()
  await page.goto(`${server.origin}/account`)
  await expect(page).toHaveURL(/\/login/)
})

test('a password is changed, and this browser stays signed in', async ({ page }) => {
  const person = someone('Karen')
  await registerIn(page, server.origin, person)
  await page.goto(`${server.origin}/account/password`)
  await page.getByLabel('Current password').fill('surely not the password')
  await page.getByLabel('New password', { exact: true }).fill(phrase)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('That is not the password of this account.').first()).toBeVisible()
  await page.getByLabel('Current password').fill(person.password)
  await page.getByLabel('New password', { exact: true }).fill(phrase)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password is changed.')).toBeVisible()
  await signOutIn(page)
  await signInIn(page, server.origin, { ...person, password: phrase })
})

test('an account with a second step needs it for a new password as well', async ({ page }) => {
  const person = someone('Radia')
  await registerIn(page, server.origin, person)
  const { app } = await addApp(page, server)
  await signOutIn(page)
  await page.goto(`${server.origin}/forgot`)
  await page.getByLabel('Email address').fill(person.email)
  await page.getByRole('button', { name: 'Send the code' }).click()
  await expect(page.getByText('a mail with a code is on its way')).toBeVisible()
  await page.getByLabel('Code from the mail').fill(await codeTo(server, person.email, 'Choose a new password'))
  await page.getByLabel('New password', { exact: true }).fill(phrase)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('This account has a second step').first()).toBeVisible()
  await page.getByLabel('Code from your app, or a recovery code').fill(await app.nextCode())
  await page.getByLabel('New password', { exact: true }).fill(phrase)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password is changed and every session has ended.')).toBeVisible()
})

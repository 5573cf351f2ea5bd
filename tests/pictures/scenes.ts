import { expect, type Page } from '@playwright/test'
import { renderMail } from '../../app/mail/render-mail.ts'
import { writeMail } from '../../app/mail/templates/index.ts'
import { fillSignIn } from '../e2e/people.ts'
import { CodeApp } from '../support/code-app.ts'
import { adaPerson, type Stage } from './stage.ts'

/** A page that is worth a picture; `open` brings it on, whatever was there before. */
export type Scene = { name: string; open: (stage: Stage) => Promise<Page> }

const at = (who: 'visitor' | 'ada' | 'grace', path: string) => async (stage: Stage) => {
  const page = stage[who]
  await page.goto(stage.server.origin + path, { waitUntil: 'networkidle' })
  return page
}

/** In the order in which they are played: later ones change what earlier ones show. */
export const scenes: Scene[] = [
  { name: 'start', open: at('visitor', '/') },
  { name: 'sign-in', open: openSignIn },
  { name: 'register', open: at('visitor', '/register') },
  { name: 'new-password', open: openNewPassword },
  { name: 'second-step', open: openSecondStep },
  { name: 'reset', open: at('visitor', '/reset#code=12345-ABCDE-67890-FGHJK-MNPQR-1') },
  { name: 'mailbox', open: at('visitor', '/dev/mail') },
  { name: 'mail', open: openMail },
  { name: 'passkey-enrolment', open: at('grace', '/account/security/passkeys') },
  { name: 'app-enrolment', open: openAppEnrolment },
  { name: 'recovery-codes', open: openRecoveryCodes },
  { name: 'dashboard', open: at('ada', '/dashboard') },
  { name: 'project', open: openProject },
  { name: 'security', open: at('ada', '/account/security') },
  { name: 'sessions', open: at('ada', '/account/sessions') },
  { name: 'activity', open: at('ada', '/account/activity') },
  { name: 'inspect', open: at('ada', '/inspect') },
  { name: 'admin', open: at('ada', '/admin') },
  { name: 'admin-users', open: at('ada', '/admin/users') },
  { name: 'admin-user', open: openPerson },
  { name: 'admin-events', open: at('ada', '/admin/events') },
  { name: 'too-many', open: openTooMany },
  { name: 'step-up', open: openStepUp },
]

/** With the button for passkeys, which its script brings. */
async function openSignIn(stage: Stage): Promise<Page> {
  const page = await at('visitor', '/login')(stage)
  await expect(page.locator('.other-way button')).toBeVisible()
  return page
}

async function openSecondStep(stage: Stage): Promise<Page> {
  const context = await stage.browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(`${stage.server.origin}/login`)
  await fillSignIn(page, adaPerson)
  await page.waitForURL(/\/login\/verify/)
  await page.waitForLoadState('networkidle')
  return page
}

/** A mail as a mail program shows it. */
async function openMail(stage: Stage): Promise<Page> {
  const mail = writeMail({ kind: 'reset-password', to: adaPerson.email, code: '7T3X6-BQ0YE-6W92D-2JDNF-G9MW9-W' })
  await stage.mailProgram.setContent(renderMail(mail, 'https://cloakroom.example').html)
  return stage.mailProgram
}

async function openProject(stage: Stage): Promise<Page> {
  const page = await at('ada', '/dashboard')(stage)
  await page.locator('a[href^="/projects/"]').first().click()
  await page.waitForURL(/\/projects\//)
  await page.waitForLoadState('networkidle')
  return page
}

async function openPerson(stage: Stage): Promise<Page> {
  const page = await at('ada', '/admin/users')(stage)
  await page.getByRole('link', { name: 'Grace Guest' }).click()
  await page.waitForURL(/\/admin\/users\/./)
  await page.waitForLoadState('networkidle')
  return page
}

async function openAppEnrolment(stage: Stage): Promise<Page> {
  const page = await at('grace', '/account/security/app')(stage)
  await page.locator('main button[type=submit]').click()
  await expect(page.locator('img.qr')).toBeVisible()
  return page
}

/** Follows on the picture that is scanned. */
async function openRecoveryCodes(stage: Stage): Promise<Page> {
  const page = await openAppEnrolment(stage)
  const app = new CodeApp(stage.server, (await page.locator('code.key').textContent()) ?? '')
  await page.locator('main input[name=code]').fill(app.code())
  await page.locator('main button[value=confirm]').click()
  await expect(page.locator('.codes code')).toHaveCount(10)
  return page
}

/** After more than ten minutes a sensitive change asks again. */
async function openStepUp(stage: Stage): Promise<Page> {
  const page = await at('ada', '/account/sessions')(stage)
  await stage.server.advance(12 * 60_000)
  await page.locator('main form button[value=end]').first().click()
  await expect(page.locator('#step-up-title')).toBeVisible()
  return page
}

/** Somebody else's account, guessed at. */
async function openTooMany({ visitor: page, server }: Stage): Promise<Page> {
  await page.goto(`${server.origin}/login`)
  for (let tries = 0; tries < 8; tries++) {
    await page.locator('main input[type=email]').fill('linus@example.com')
    await page.locator('main input[type=password]').fill(`a guess of somebody else ${tries}`)
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith('/login'))
    await page.locator('main form:has([type=password]) button[type=submit]').click()
    const answer = await answered
    await page.waitForLoadState('networkidle')
    if (answer.status() === 429 || (await page.locator('.problem').count()) > 0) break
  }
  return page
}

/** What the meter says about a passphrase. */
async function openNewPassword({ visitor: page, server }: Stage): Promise<Page> {
  await page.goto(`${server.origin}/register`, { waitUntil: 'networkidle' })
  await page.locator('main input[autocomplete=name]').fill('Grace Hopper')
  await page.locator('main input[type=email]').fill('grace.hopper@example.com')
  await page.locator('main input[type=password]').fill('seven lanterns on the quay')
  await expect(page.locator('meter')).toBeVisible()
  await page.waitForFunction(() => (document.querySelector('.strength')?.textContent ?? '') !== '')
  return page
}

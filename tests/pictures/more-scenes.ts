import { expect, type Page } from '@playwright/test'
import type { Scene } from './scenes.ts'
import type { Stage } from './stage.ts'

/** Pages that are to be looked at and are on no picture to show: `npm run pictures -- --all`. */
export const moreScenes: Scene[] = [
  ...opened('grace', '/account', '/account/address', '/account/password', '/account/privacy', '/account/delete'),
  ...opened('grace', '/preferences', '/account/security', '/reauthenticate?redirectTo=/account/password/new'),
  ...opened('grace', '/account/password/new', '/dashboard?archived=true', '/projects/none', '/admin'),
  ...opened(
    'visitor',
    '/forgot',
    '/verify',
    '/undo',
    '/farewell',
    '/login?why=reuse',
    '/login?why=expired',
    '/nothing',
  ),
  { name: 'questions', open: openQuestions },
  { name: 'refused-form', open: openRefusedForm },
  { name: 'problem-413', open: answeredTo({ method: 'POST', postData: `name=${'x'.repeat(2_000_000)}` }) },
  {
    name: 'problem-415',
    open: answeredTo({ method: 'POST', postData: 'x', headers: { 'content-type': 'text/plain' } }),
  },
  { name: 'problem-405', open: answeredTo({ method: 'PUT' }) },
  { name: 'problem-421', open: answeredTo({ headers: { host: 'elsewhere.example' } }) },
  { name: 'problem-403', open: answeredTo({ method: 'POST', postData: 'email=x' }) },
  { name: 'problem-503', open: openBusyStore },
  { name: 'problem-502', open: openFault },
]

function opened(who: 'visitor' | 'grace', ...paths: string[]): Scene[] {
  return paths.map((path) => ({
    name: `${who}${path.replaceAll(/[^\w]+/g, '-')}`,
    open: async (stage) => {
      await stage[who].goto(stage.server.origin + path, { waitUntil: 'networkidle' })
      return stage[who]
    },
  }))
}

/** Every box that asks "are you sure", and every form that unfolds. */
async function openQuestions(stage: Stage): Promise<Page> {
  const page = stage.ada
  await page.goto(`${stage.server.origin}/account/security`)
  for (const summary of await page.locator('main details > summary').all()) await summary.click()
  return page
}

async function openRefusedForm(stage: Stage): Promise<Page> {
  const page = stage.visitor
  await page.goto(`${stage.server.origin}/register`)
  await page.locator('#register-email, main input[type=email]').fill('nobody')
  await page.locator('main button[type=submit]').click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  return page
}

type Asked = { method?: string; postData?: string; headers?: Record<string, string> }

/** The page that answers a request which no form of ours sends. */
function answeredTo({ headers = {}, ...asked }: Asked) {
  return async ({ visitor: page, server }: Stage): Promise<Page> => {
    const form: Record<string, string> =
      asked.postData === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    await page.route('**/login', async (route) => {
      const sent = { ...route.request().headers(), ...form, origin: server.origin, ...headers }
      await route.fulfill({ response: await route.fetch({ ...asked, headers: sent }) })
    })
    await page.goto(`${server.origin}/login`, { waitUntil: 'networkidle' })
    await page.unroute('**/login')
    return page
  }
}

async function openBusyStore({ grace: page, server }: Stage): Promise<Page> {
  const database = server.openDatabase()
  await server.advance(6 * 60_000)
  database.exec('begin exclusive')
  await page.goto(`${server.origin}/dashboard`, { waitUntil: 'networkidle' })
  database.exec('rollback')
  database.close()
  return page
}

/** The last one: nothing is left whole after it. */
async function openFault({ grace: page, server }: Stage): Promise<Page> {
  const database = server.openDatabase()
  database.exec('alter table projects rename to lost')
  database.close()
  await page.goto(`${server.origin}/dashboard`, { waitUntil: 'networkidle' })
  return page
}

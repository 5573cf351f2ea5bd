import type { Page } from '@playwright/test'
import { pictureOf } from '../../support/store-picture.ts'
import { check, observe } from '../check.ts'
import { inChromium, signInWithPage, startOtherSite } from '../stage/chromium-stage.ts'

type Trick = { what: string; run: (page: Page, origin: string, value: string) => Promise<string> }

/** What a page of another site can make a browser do. */
const tricks: Trick[] = [
  {
    what: 'a form that sends itself, with a value of the attacker’s',
    run: (page, origin, value) =>
      submitForm(page, `${origin}/dashboard`, { name: 'forged', description: '', csrf: value }),
  },
  {
    what: 'a form that signs out',
    run: (page, origin, value) => submitForm(page, `${origin}/logout`, { csrf: value }),
  },
  {
    what: 'a form as plain text that looks like JSON',
    run: (page, origin, value) => submitForm(page, `${origin}/bff/logout`, { '{"csrf":"': `${value}"}` }, 'text/plain'),
  },
  {
    what: 'fetch with cookies, without CORS',
    run: (page, origin, value) =>
      evaluated(
        page,
        `fetch(${JSON.stringify(`${origin}/bff/logout`)}, { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'csrf=${value}' }).then(() => 'sent', () => 'refused')`,
      ),
  },
  {
    what: 'reading who is signed in',
    run: (page, origin) =>
      evaluated(
        page,
        `fetch(${JSON.stringify(`${origin}/bff/user`)}, { credentials: 'include' }).then((answer) => answer.text(), () => 'unreadable')`,
      ),
  },
  {
    what: 'a beacon',
    run: (page, origin, value) =>
      evaluated(
        page,
        `String(navigator.sendBeacon(${JSON.stringify(`${origin}/bff/logout`)}, new URLSearchParams({ csrf: '${value}' })))`,
      ),
  },
  {
    what: 'a frame around a page',
    run: (page, origin) =>
      evaluated(
        page,
        `new Promise((done) => { const frame = document.createElement('iframe'); frame.src = ${JSON.stringify(`${origin}/account`)}; frame.onload = () => { try { done(frame.contentDocument ? 'readable' : 'blocked') } catch { done('blocked') } }; document.body.append(frame); setTimeout(() => done('blocked'), 3000) })`,
      ),
  },
  {
    what: 'a page loaded as a script',
    run: (page, origin) =>
      evaluated(
        page,
        `new Promise((done) => { const script = document.createElement('script'); script.src = ${JSON.stringify(`${origin}/bff/user`)}; script.onload = () => done('loaded'); script.onerror = () => done('blocked'); document.head.append(script) })`,
      ),
  },
  {
    what: 'a link that is followed (GET)',
    run: async (page, origin) => {
      await page.goto(`${origin}/logout`).catch(() => null)
      return new URL(page.url()).pathname
    },
  },
]

export default check({
  id: 'csrf-in-chromium',
  area: 'csrf',
  title: 'In real Chromium another site and a sibling port change nothing, read nothing and frame nothing',
  rules: ['ASVS 3.5.1', 'ASVS 3.5.8', 'ASVS 3.4.6', 'RFC 10017, 6.1'],
  needs: ['chromium', 'store'],
  async *run(context) {
    const server = context.requireServer()
    const { person } = await context.people.newcomer('the victim')
    const value = await context.people.nobody('the attacker').csrf()
    const other = await startOtherSite(() => '<body>another site</body>')
    const results: [string, string, boolean, boolean][] = []
    try {
      await inChromium(async ({ context: browser, page }) => {
        await signInWithPage(page, context.origin, person)
        for (const [site, host] of [
          ['another site', '127.0.0.1'],
          ['a sibling port', 'localhost'],
        ] as const) {
          for (const { what, run } of tricks) {
            const before = JSON.stringify(pictureOf(server))
            const attack = await browser.newPage()
            await attack.goto(`http://${host}:${other.port}/`)
            const seen = await run(attack, context.origin, value)
            await attack.close()
            const isSame = JSON.stringify(pictureOf(server)) === before
            const reads = seen.includes(person.email) || seen === 'readable' || seen === 'loaded'
            results.push([`${site}: ${what}`, seen.slice(0, 80), isSame, reads])
          }
        }
        await page.goto(`${context.origin}/account`)
        results.push(['the victim afterwards', new URL(page.url()).pathname, page.url().endsWith('/account'), false])
      })
    } finally {
      await other.stop()
    }
    for (const [what, seen, isSame, reads] of results)
      yield observe(
        what,
        isSame && !reads,
        'nothing changes, nothing is read',
        `${isSame ? 'nothing changed' : 'changed'}; saw: ${seen.replaceAll(person.email, '…')}`,
      )
  },
})

async function submitForm(
  page: Page,
  action: string,
  fields: Record<string, string>,
  enctype = 'application/x-www-form-urlencoded',
) {
  const script = `(() => { const form = document.createElement('form'); form.method = 'post'; form.action = ${JSON.stringify(action)}; form.enctype = ${JSON.stringify(enctype)};
    for (const [name, value] of Object.entries(${JSON.stringify(fields)})) { const input = document.createElement('input'); input.name = name; input.value = value; form.append(input) }
    document.body.append(form); form.submit() })()`
  const answered = page.waitForResponse((response) => response.url() === action)
  await page.evaluate(script)
  return String((await answered).status())
}

async function evaluated(page: Page, script: string): Promise<string> {
  return String(await page.evaluate(script))
}

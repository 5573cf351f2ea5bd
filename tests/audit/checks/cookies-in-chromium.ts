import { check, observe } from '../check.ts'
import { inChromium, signInWithPage } from '../stage/chromium-stage.ts'
import { findDeclared } from '../stage/cookie-rules.ts'

export default check({
  id: 'cookies-in-chromium',
  area: 'cookies',
  title: 'Chromium stores the cookies as declared, and no script can read one',
  rules: ['ASVS 3.3.4', 'RFC 6265bis, 5.7'],
  needs: ['chromium'],
  async *run(context) {
    const { person } = await context.people.newcomer()
    const { stored, readable, rows } = await inChromium(async ({ context: browser, page }) => {
      await signInWithPage(page, context.origin, person)
      const kept = await browser.cookies(context.origin)
      const script = await page.evaluate(
        '[document.cookie, typeof cookieStore === "undefined" ? "" : "store"].join("")',
      )
      const list = await page.evaluate(
        'typeof cookieStore === "undefined" ? [] : cookieStore.getAll().then((all) => all.map((each) => each.name))',
      )
      return {
        stored: kept,
        readable: [String(script).replace(/store$/, ''), ...(list as string[])].filter((each) => each !== ''),
        rows: kept.map(({ name, httpOnly, secure, sameSite, expires }) => [
          name,
          String(secure),
          String(httpOnly),
          sameSite,
          expires < 0 ? 'session' : new Date(expires * 1_000).toISOString().slice(0, 10),
        ]),
      }
    })
    for (const { name, httpOnly, secure, sameSite, domain, path } of stored) {
      const declared = findDeclared(name)
      const isSound =
        secure &&
        (httpOnly || declared?.httpOnly === false) &&
        sameSite === declared?.sameSite &&
        !domain.startsWith('.') &&
        path === '/'
      yield observe(`${name} in Chromium`, isSound, 'as declared', { secure, httpOnly, sameSite, domain, path })
    }
    const names = stored.map(({ name }) => name)
    yield observe('the ticket', names.includes('__Host-Http-cloakroom'), 'is stored', names.join(', '))
    const forbidden = readable.filter((name) => findDeclared(name.split('=')[0] ?? '')?.httpOnly !== false)
    yield observe(
      'document.cookie and cookieStore',
      forbidden.length === 0,
      'hold nothing',
      forbidden.length === 0 ? 'nothing' : `${forbidden.length} cookies`,
    )
    yield {
      kind: 'table',
      title: 'What Chromium stored',
      head: ['cookie', 'Secure', 'HttpOnly', 'SameSite', 'until'],
      rows,
    }
  },
})

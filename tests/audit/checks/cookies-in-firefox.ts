import { Firefox } from '../../support/firefox.ts'
import { check, observe } from '../check.ts'
import { findDeclared } from '../stage/cookie-rules.ts'

export default check({
  id: 'cookies-in-firefox',
  area: 'cookies',
  title: 'Firefox stores the cookies as declared, and no script can read one',
  rules: ['ASVS 3.3.4', 'RFC 6265bis, 5.7'],
  needs: ['firefox'],
  async *run(context) {
    const { person } = await context.people.newcomer()
    const firefox = await Firefox.start({ scripting: true })
    try {
      await firefox.open(`${context.origin}/login`)
      await firefox.until(`document.querySelector('main form input[name=password]') !== null`)
      const [email, password] = [JSON.stringify(person.email), JSON.stringify(person.password)]
      await firefox.evaluate(`(() => {
        const form = document.querySelector('main form:has(input[name=password])')
        form.querySelector('[name=email]').value = ${email}
        form.querySelector('[name=password]').value = ${password}
        form.querySelector('button[type=submit]').click()
        return null
      })()`)
      await firefox.until(`location.pathname === '/dashboard' && document.readyState === 'complete'`)
      const stored = await firefox.cookies()
      for (const { name, httpOnly, secure, sameSite } of stored) {
        const declared = findDeclared(name)
        const isSound =
          secure && (httpOnly || declared?.httpOnly === false) && sameSite === declared?.sameSite.toLowerCase()
        yield observe(`${name} in Firefox`, isSound, 'as declared', { secure, httpOnly, sameSite })
      }
      const isStored = stored.some(({ name }) => name === '__Host-Http-cloakroom')
      yield observe('the ticket', isStored, 'is stored', stored.map(({ name }) => name).join(', '))
      const readable = (await firefox.evaluate<string>('document.cookie'))
        .split('; ')
        .filter((pair) => pair !== '' && findDeclared(pair.split('=')[0] ?? '')?.httpOnly !== false)
      yield observe('document.cookie', readable.length === 0, 'holds nothing', `${readable.length} cookies`)
    } finally {
      await firefox.stop()
    }
  },
})

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pictureOf } from '../../support/store-picture.ts'
import { check, observe } from '../check.ts'

export default check({
  id: 'csrf-forms',
  area: 'csrf',
  title: 'Every route that takes a form refuses one from elsewhere and one without the value, and nothing changes',
  rules: ['ASVS 3.5.1', 'RFC 10017, 6.1'],
  async *run(context) {
    const client = await context.people.as(context.people.roles.includes('admin') ? 'admin' : 'user')
    const csrf = await client.csrf()
    const forged: [what: string, headers: Record<string, string>, fields: Record<string, string>][] = [
      ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, { csrf }],
      ['from a sibling site', { 'sec-fetch-site': 'same-site' }, { csrf }],
      ['without the value', {}, {}],
    ]
    const routes = context.routes.filter(({ access, id }) => access.POST && takesForms(id))
    for (const route of routes) {
      const path = route.path.replaceAll(/:\w+/g, 'AAAAAAAAAAAAAAAAAAAAAA')
      for (const [what, headers, fields] of forged) {
        const before = context.server ? JSON.stringify(pictureOf(context.server)) : ''
        const answer = await client.post(path, fields, { headers, drop: true })
        const isSame = !context.server || JSON.stringify(pictureOf(context.server)) === before
        yield observe(
          `POST ${path} ${what}`,
          answer.status === 403 && isSame,
          '403, nothing changes',
          `${answer.status}${isSame ? '' : ', the store changed'}`,
          answer,
        )
      }
    }
  },
})

/** Reports of browsers, signed calls of other servers and a device's proof come from no form of ours; their guards take nothing else (for the last see the check `device-binding`). */
function takesForms(id: string): boolean {
  const path = join(resolve(import.meta.dirname, '../../../app'), id)
  for (const name of [`${path}.ts`, `${path}.tsx`]) {
    try {
      return !/= guard(BrowserReport|ServerCall|DeviceCall)\(/.test(readFileSync(name, 'utf8'))
    } catch {
      // The other ending.
    }
  }
  return true
}

import { check, observe, observeAnswer } from '../check.ts'
import { searchSecrets } from '../stage/secret-search.ts'

/** Words that only stand in what runs on the server. */
const serverWords = /better-sqlite3|node:crypto|APP_SECRETS|argon2id|drizzle-orm|timingSafeEqual|refresh token\|/
const pages = [
  '/',
  '/login',
  '/register',
  '/forgot',
  '/dashboard',
  '/account',
  '/account/security',
  '/admin',
  '/admin/users',
  '/admin/events',
]

export default check({
  id: 'leaks-scripts',
  area: 'leaks',
  title: 'Scripts and styles hold nothing of the server, and there are no source maps',
  rules: ['ASVS 13.3.1', 'ASVS 3.5.7', 'ASVS 13.4.7', 'ASVS 15.2.3'],
  async *run({ people, transcript }) {
    const client = await people.as(people.roles.includes('admin') ? 'admin' : 'anonymous')
    const files = new Set<string>()
    for (const page of pages) {
      for (const [path] of (await client.get(page)).body.matchAll(/\/build\/[\w./$-]+\.(?:js|css)/g)) files.add(path)
    }
    // What a script names is loaded as well.
    for (const path of files) {
      const answer = await people.nobody().get(path)
      for (const [name] of answer.body.matchAll(/\/build\/[\w./$-]+\.(?:js|css)/g)) files.add(name)
      const { found } = searchSecrets([{ where: path, text: answer.body }], transcript.secrets)
      const words = serverWords.exec(answer.body)?.[0]
      const hasMap = /[#@]\s*sourceMappingURL=/.test(answer.body)
      const observed = [...found.map(({ what }) => what), words, hasMap ? 'names a source map' : undefined].filter(
        Boolean,
      )
      yield observeAnswer(answer, observed.length === 0, 'nothing of the server', observed.join(', ') || 'nothing')
      const map = await people.nobody().get(`${path}.map`)
      yield observeAnswer(map, map.status === 404, 'no source map', map.status)
    }
    yield observe('scripts and styles that pages name', files.size > 5, 'more than five', files.size)
  },
})

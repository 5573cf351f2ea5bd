import { check, observeAnswer } from '../check.ts'

/** What everybody may keep: the same bytes for all, without a cookie. Hashed names never change their contents. */
const isForEverybody = (path: string) =>
  /^\/build\/[\w./$-]+-[A-Z0-9]{8}\.(js|css|svg|woff2)$/.test(path) ||
  /^\/[\w-]+\.(svg|ico|png|txt|webmanifest)$/.test(path) ||
  path.startsWith('/.well-known/')

export default check({
  id: 'caching',
  area: 'headers',
  title: 'Nothing of a person’s, and nothing that sets a cookie, is kept by a cache',
  rules: ['ASVS 14.3.2', 'ASVS 14.2.2', 'ASVS 14.2.5', 'RFC 9111, 5.2.2.5'],
  run: async (context) =>
    (await context.survey()).map(({ answer }) => {
      const given = answer.headers['cache-control'] ?? 'none'
      const isShared = isForEverybody(answer.path) && answer.setCookies.length === 0
      const isSound = /\bno-store\b/.test(given) || isShared
      return observeAnswer(answer, isSound, isShared ? 'public, or no-store' : 'private, no-store', given)
    }),
})

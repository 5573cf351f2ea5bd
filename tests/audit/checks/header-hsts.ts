import { exchange } from '../../support/browser-client.ts'
import { startServer } from '../../support/server.ts'
import { check, observeAnswer } from '../check.ts'

const minimumSeconds = 31_536_000

export default check({
  id: 'header-hsts',
  area: 'headers',
  title: 'Behind https every answer asks for https, for subdomains too',
  rules: ['ASVS 3.4.1', 'RFC 6797, 6.1'],
  needs: ['build'],
  async *run() {
    const secure = await startServer({ env: { APP_ORIGIN: 'https://cloakroom.localhost', HOST: '127.0.0.1' } })
    try {
      for (const path of ['/', '/login', '/dashboard', '/favicon.svg', '/nothing', '/%ff', '/bff/user']) {
        const answer = await exchange(secure.origin, 'GET', path, { headers: { host: 'cloakroom.localhost' } })
        const given = String(answer.headers['strict-transport-security'] ?? 'none')
        const isLong = Number(/max-age=(\d+)/.exec(given)?.[1] ?? 0) >= minimumSeconds
        const isSound = isLong && given.includes('includeSubDomains')
        yield observeAnswer(answer, isSound, 'max-age of at least a year, includeSubDomains', given)
      }
    } finally {
      await secure.stop()
    }
  },
})

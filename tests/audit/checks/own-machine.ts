import { check, observeAnswer } from '../check.ts'

/** What a proxy or a tunnel on the server's own machine adds: it connects from there, and speaks for somebody elsewhere. */
const passedOn: Record<string, string>[] = [
  { 'x-forwarded-for': '127.0.0.1' },
  { forwarded: 'for="[::1]"' },
  { via: '1.1 tunnel' },
  { 'x-real-ip': '127.0.0.1' },
  { 'cf-connecting-ip': '127.0.0.1' },
]

export default check({
  id: 'own-machine',
  area: 'access',
  title: 'What is for the server’s own machine alone is not shown through a proxy on it',
  rules: ['ASVS 13.4.5', 'ASVS 15.3.4'],
  async *run({ people }) {
    for (const path of ['/dev/mail', '/dev/mail.data', '/metrics']) {
      for (const headers of passedOn) {
        const answer = await people.nobody().get(path, { headers })
        const isSound = [401, 404].includes(answer.status)
        yield observeAnswer(
          answer,
          isSound,
          '404, or 401 where a token is asked for',
          `${JSON.stringify(headers)}: ${answer.status}`,
        )
      }
    }
  },
})

import type { Answer } from '../../support/answer.ts'
import { newPerson } from '../../support/fixtures.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'enumeration-words',
  area: 'accounts',
  title:
    'Sign-in and “forgot password” answer in the same words, status and headers whether or not there is an account',
  rules: ['ASVS 6.3.8', 'NIST SP 800-63B-4, 3.1.1'],
  async *run({ people }) {
    const { person } = await people.newcomer()
    const password = 'not the password of anybody'
    const questions: Record<string, (client: AuditClient, csrf: string, email: string) => Promise<Answer>> = {
      'POST /login': (client, csrf, email) => client.post('/login', { csrf, email, password }),
      'POST /login.data': (client, csrf, email) => client.post('/login.data', { csrf, email, password }),
      'POST /bff/login': (client, csrf, email) => client.post('/bff/login', { csrf, email, password }),
      'POST /forgot': (client, csrf, email) => client.post('/forgot', { csrf, email }),
    }
    for (const [what, ask] of Object.entries(questions)) {
      const [known, unknown] = [
        await plainAnswer(people.nobody(), ask, person.email),
        await plainAnswer(people.nobody(), ask, newPerson().email),
      ]
      const isAlike = known.text === unknown.text
      yield observeAnswer(
        known.answer,
        isAlike,
        `${what}: the same for both`,
        isAlike ? 'the same' : differenceOf(known.text, unknown.text),
      )
    }
  },
})

/** An answer without what differs from one to the next anyway. */
async function plainAnswer(
  client: AuditClient,
  ask: (client: AuditClient, csrf: string, email: string) => Promise<Answer>,
  email: string,
) {
  const csrf = await client.csrf()
  const answer = await ask(client, csrf, email)
  const {
    date: _date,
    'x-request-id': _id,
    'content-length': _length,
    'content-security-policy': _policy,
    etag: _etag,
    ...headers
  } = answer.headers
  const cookies = answer.setCookies.map((line) => line.replace(/=[^;]*/, '='))
  const body = answer.body
    .replaceAll(/nonce="[^"]*"|nonce-[\w+/=]+/g, '')
    .replaceAll(/[A-Za-z0-9_-]{64}/g, '')
    .replaceAll(email, '')
    .replaceAll(encodeURIComponent(email), '')
    .replaceAll(/"reference":"[^"]*"/g, '')
  const location = String(headers.location ?? '').replace(encodeURIComponent(email), '')
  return {
    answer,
    text: JSON.stringify({ status: answer.status, headers: { ...headers, location, 'set-cookie': cookies }, body }),
  }
}

function differenceOf(one: string, other: string): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return `differs: "${one.slice(Math.max(at - 20, 0), at + 40)}" and "${other.slice(Math.max(at - 20, 0), at + 40)}"`
}

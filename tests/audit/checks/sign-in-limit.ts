import { newPerson } from '../../support/fixtures.ts'
import { check, observe, observeAnswer } from '../check.ts'

const freeTries = 5

export default check({
  id: 'sign-in-limit',
  area: 'input',
  title: 'After five wrong passwords an account has to wait, whether or not it exists',
  rules: ['ASVS 6.3.1', 'NIST SP 800-63B-4, 3.2.2'],
  async *run({ people }) {
    const { client: owner, person } = await people.newcomer()
    await owner.json('POST', '/bff/logout')
    for (const [kind, email] of [
      ['with an account', person.email],
      ['without', newPerson().email],
    ] as const) {
      const guesser = people.nobody('a guesser')
      const csrf = await guesser.csrf()
      const statuses: number[] = []
      for (let guess = 0; guess < freeTries + 2; guess++) {
        const answer = await guesser.post(
          '/bff/login',
          { email, password: `wrong password ${guess}` },
          { headers: { 'x-csrf-token': csrf } },
        )
        statuses.push(answer.status)
        if (guess < freeTries) continue
        const after = answer.headers['retry-after'] ?? 'none'
        yield observeAnswer(
          answer,
          answer.status === 429 && Number(after) > 0,
          '429 with Retry-After',
          `${answer.status}, ${after}`,
        )
      }
      const early = statuses.slice(0, freeTries)
      yield observe(
        `an address ${kind}`,
        early.every((status) => status === 401),
        `${freeTries} free tries`,
        statuses.join(' '),
      )
    }
    const answer = await owner.json('POST', '/bff/login', { email: person.email, password: person.password })
    yield observeAnswer(
      answer,
      answer.status === 200,
      'the owner signs in from the known browser all the same',
      answer.status,
    )
  },
})

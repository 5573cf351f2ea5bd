import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { check, observeAnswer } from '../check.ts'

const name = '__Host-Http-cloakroom'

export default check({
  id: 'attacker-tickets',
  area: 'sessions',
  title: 'Neither the database nor the key alone makes a ticket; made-up ones sign nobody in and end nobody',
  rules: ['ASVS 7.2.1', 'ASVS 11.2.4', 'RFC 9700, 4.14.2'],
  needs: ['store'],
  async *run(context) {
    const { client } = await context.people.newcomer('the victim')
    const [kid = '', sid = '', generation = '', mac = ''] = client.refreshToken.split('.')
    const attempts: [who: string, ticket: string][] = [
      [
        'who reads the database: the right session, a mac of their own',
        `${kid}.${sid}.${generation}.${otherMac('a key of their own', sid, generation)}`,
      ],
      ['who reads the database: no mac', `${kid}.${sid}.${generation}.`],
      [
        'who changes one letter of a mac',
        `${kid}.${sid}.${generation}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`,
      ],
      ['who counts the generation up', `${kid}.${sid}.${Number(generation) + 1}.${mac}`],
      ['who names another key', `00000000.${sid}.${generation}.${mac}`],
    ]
    if (context.appSecret !== null) {
      const guessed = randomBytes(16).toString('base64url')
      attempts.push(['who has APP_SECRETS and guesses a session id', signWith(context.appSecret, guessed)])
    }
    for (const [who, ticket] of attempts) {
      const thief = context.people.nobody('an attacker')
      thief.jar.put(name, ticket)
      const answer = await thief.get('/bff/user', { drop: true })
      yield observeAnswer(answer, answer.status === 401, `${who}: 401`, answer.status)
    }
    const victim = await client.get('/bff/user')
    yield observeAnswer(victim, victim.status === 200, 'the victim is still signed in', victim.status)
  },
})

function otherMac(key: string, sid: string, generation: string): string {
  return createHmac('sha256', key).update(`cloakroom refresh token|${sid}|${generation}`).digest('base64url')
}

/** What somebody makes who has `APP_SECRETS` and has read the source. */
function signWith(secret: string, sid: string): string {
  const bytes = Buffer.from(secret, 'base64')
  const kid = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  const key = Buffer.from(hkdfSync('sha256', bytes, 'cloakroom/v1', 'refresh-token', 32))
  const mac = createHmac('sha256', key).update(`cloakroom refresh token|${sid}|0`).digest('base64url')
  return `${kid}.${sid}.0.${mac}`
}

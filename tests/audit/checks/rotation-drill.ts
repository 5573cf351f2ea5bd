import { rowsOf } from '../../support/fixtures.ts'
import { check, observe, observeAnswer } from '../check.ts'
import { type Moment, timeLine } from '../report/plots.ts'

const due = 6 * 60_000
const racers = 30

export default check({
  id: 'rotation-drill',
  area: 'sessions',
  title: 'A ticket is replaced when due: thirty racers cause one replacement, a lost answer does no harm',
  rules: ['RFC 9700, 4.14.2', 'ASVS 10.4.5', 'ASVS 10.4.8', 'ASVS 15.4.2'],
  needs: ['store', 'clock'],
  async *run(context) {
    const server = context.requireServer()
    const moments: Moment[] = []
    const { client, person } = await context.people.newcomer()
    const generation = () => rowsOf(server, person.email).sessions.at(-1)?.generation ?? -1
    const ticketOf = () => client.refreshToken
    await client.get('/bff/user')
    moments.push({ lane: 'browser', text: 'uses generation 0', minute: 0 })
    await server.advance(due)
    const old = client.clone()
    const answers = await Promise.all(Array.from({ length: racers }, () => old.clone().get('/bff/user')))
    const tickets = new Set(
      answers.flatMap(({ setCookies }) => setCookies).filter((line) => line.startsWith('__Host-Http-cloakroom=')),
    )
    yield observe(
      `${racers} requests at once with a due ticket`,
      answers.every(({ status }) => status === 200),
      'all are answered',
      answers.map(({ status }) => status).join(' '),
    )
    yield observe(
      'their successor',
      tickets.size === 1 && generation() === 1,
      'one and the same, one replacement',
      `${tickets.size} different, generation ${generation()}`,
    )
    moments.push({ lane: 'browser', text: `${racers} requests at once: one replacement`, minute: 6 })
    for (const answer of answers.slice(0, 1)) client.jar.store(answer.setCookies)
    await client.get('/bff/user')
    await server.advance(due)
    const before = ticketOf()
    const lost = await client.get('/bff/user', { drop: true })
    yield observeAnswer(
      lost,
      lost.status === 200 && generation() === 2,
      'replaced; the answer is lost on its way',
      `generation ${generation()}`,
    )
    moments.push({ lane: 'browser', text: 'the answer with generation 2 is lost', minute: 12 })
    const again = await client.get('/bff/user')
    yield observeAnswer(
      again,
      again.status === 200 && ticketOf() !== before,
      'the old ticket gets the successor again',
      again.status,
    )
    moments.push({ lane: 'browser', text: 'asks again with generation 1, gets 2', minute: 12.5 })
    const next = await client.get('/bff/user')
    yield observeAnswer(next, next.status === 200, 'and goes on', next.status)
    yield {
      kind: 'figure',
      title: 'Race and lost answer',
      svg: timeLine(moments),
      text: moments.map(({ minute, lane, text }) => `minute ${minute}: ${lane} ${text}`).join('; '),
    }
  },
})

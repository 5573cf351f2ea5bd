import { rowsOf } from '../../support/fixtures.ts'
import { eventsOf } from '../../support/security-events.ts'
import { check, observe, observeAnswer } from '../check.ts'
import { type Moment, timeLine } from '../report/plots.ts'

const due = 6 * 60_000

export default check({
  id: 'theft-drill',
  area: 'sessions',
  title: 'A copied ticket that falls behind ends the session for thief and owner, and the owner is told',
  rules: ['RFC 9700, 4.14.2', 'ASVS 10.4.5', 'ASVS 7.4.1'],
  needs: ['store', 'clock'],
  async *run(context) {
    const server = context.requireServer()
    for (const first of ['the owner', 'the thief']) {
      const { client: owner, person } = await context.people.newcomer('the owner')
      await owner.get('/bff/user')
      const thief = owner.clone()
      const [ahead, behind] = first === 'the owner' ? [owner, thief] : [thief, owner]
      const late = first === 'the owner' ? 'the thief' : 'the owner'
      const moments: Moment[] = [{ lane: 'the thief', text: 'copies the ticket', minute: 0 }]
      await server.advance(due)
      const renewed = await ahead.get('/bff/user')
      await ahead.get('/bff/user')
      moments.push({ lane: first, text: 'gets and uses the successor', minute: 6 })
      yield observeAnswer(renewed, renewed.status === 200, `${first} comes first and goes on`, renewed.status)
      await server.advance(due)
      const replayed = await behind.get('/bff/user')
      moments.push({ lane: late, text: 'presents the old ticket: reuse', minute: 12 })
      yield observeAnswer(replayed, replayed.status === 401, `${late} presents the old ticket: 401`, replayed.status)
      const after = await ahead.get('/bff/user')
      moments.push({ lane: first, text: 'is signed out as well', minute: 12.5 })
      yield observeAnswer(after, after.status === 401, `${first} is signed out as well: 401`, after.status)
      const reason = rowsOf(server, person.email).sessions.at(-1)?.revoked_reason
      yield observe('the session in the store', reason === 'reuse', 'ended for reuse', reason ?? 'not ended')
      yield {
        kind: 'figure',
        title: `A copied ticket, ${first} comes first`,
        svg: timeLine(moments),
        text: moments.map(({ minute, lane, text }) => `minute ${minute}: ${lane} ${text}`).join('; '),
      }
    }
    const events = (await eventsOf(server, 'session.reuse', context)).length
    yield observe('events of reuse', events >= 2, 'one each', events)
  },
})

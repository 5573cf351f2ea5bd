import { check, observe } from '../check.ts'
import { liveThroughSession } from '../stage/flows.ts'
import { searchSecrets } from '../stage/secret-search.ts'

export default check({
  id: 'leaks-log',
  area: 'leaks',
  title: 'No line of the log holds a ticket, a form value, a password or a key',
  rules: ['ASVS 16.2.5', 'ASVS 14.2.1', 'ASVS 16.4.1'],
  needs: ['logs'],
  async *run(context) {
    const client = context.people.nobody()
    const canary = `canary-${crypto.randomUUID()}`
    // A refused call is an event, and those name the browser.
    await client.request('POST', '/bff/login', { headers: { 'user-agent': canary, 'sec-fetch-site': 'cross-site' } })
    await client.get(`/login?x=%0d%0aforged%20line%20${canary}`)
    await liveThroughSession(context)
    const secrets = new Map(context.transcript.secrets)
    for (const answer of context.transcript.answers) {
      const value = context.transcript.sentFor(answer)?.headers['x-csrf-token']
      if (value && value.length > 20) secrets.set(value, 'a cookie')
    }
    const lines = context.logs().split('\n')
    const { found, bytes } = searchSecrets(
      lines.map((text, index) => ({ where: `line ${index + 1}`, text })),
      secrets,
    )
    yield observe(`${lines.length} lines, ${bytes} bytes`, found.length === 0, 'no secret', found.slice(0, 20))
    const seen = lines.filter((line) => line.includes(canary)).length
    yield observe('a canary that was planted in the name of a browser', seen > 0, 'is found', `found in ${seen} lines`)
    const forged = lines.filter((line) => line.startsWith('forged line')).length
    yield observe('a line break in an address', forged === 0, 'starts no line of its own', `${forged} forged lines`)
    yield {
      kind: 'note',
      text: `${bytes.toLocaleString('en')} bytes of log were searched for ${secrets.size} secrets.`,
    }
  },
})

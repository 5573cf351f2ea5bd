import { parseSetCookie } from '../../support/cookie-jar.ts'
import { check, observe } from '../check.ts'
import { faultsOf } from '../stage/cookie-rules.ts'
import { liveThroughSession } from '../stage/flows.ts'

export default check({
  id: 'cookie-attributes',
  area: 'cookies',
  title: 'Every cookie is set as it is declared: prefix, Secure, HttpOnly, SameSite, Path, no Domain, size',
  rules: [
    'RFC 6265bis, 4.1.2, 4.1.3',
    'RFC 10017, 6.1',
    'ASVS 3.3.1',
    'ASVS 3.3.2',
    'ASVS 3.3.3',
    'ASVS 3.3.4',
    'ASVS 3.3.5',
  ],
  async *run(context) {
    await context.survey()
    await liveThroughSession(context)
    const rows = new Map<string, { line: string; seen: Set<string>; count: number; bytes: number }>()
    for (const answer of context.transcript.answers) {
      for (const line of answer.setCookies) {
        const { name, value, attributes } = parseSetCookie(line)
        const shown = `${name}${attributes['max-age'] === '0' ? ' (cleared)' : ''}`
        const row = rows.get(shown) ?? { line, seen: new Set(), count: 0, bytes: 0 }
        const { method = 'GET' } = context.transcript.sentFor(answer) ?? {}
        row.seen.add(`${method} ${answer.path.replace(/\?.*/, '')}`)
        rows.set(shown, { ...row, count: row.count + 1, bytes: Math.max(row.bytes, name.length + value.length) })
        const faults = faultsOf(line)
        yield observe(
          `${name} from ${answer.path}`,
          faults.length === 0,
          'as declared',
          faults.join(', ') || 'as declared',
          answer,
        )
      }
    }
    yield {
      kind: 'table',
      title: 'Every cookie that was seen',
      head: ['cookie', 'set', 'attributes', 'bytes at most', 'on answers to'],
      rows: [...rows].map(([name, { line, seen, count, bytes }]) => {
        const attributes = line.replace(/^[^;]*;?\s*/, '').replace(/Max-Age=\d+/, 'Max-Age')
        return [name, `${count} times`, attributes, String(bytes), [...seen].slice(0, 8).join(', ')]
      }),
    }
  },
})

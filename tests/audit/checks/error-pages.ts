import { check, observeAnswer } from '../check.ts'

const inside =
  /\bat [\w.<>]+ \(|node_modules|file:\/\/|\/(?:home|root|usr|tmp|var|srv)\/[\w.-]+\/|SQLITE_|SqliteError|drizzle|ZodError|TypeError:|ReferenceError:|\bselect .{1,80} from \w+ where\b/i

export default check({
  id: 'error-pages',
  area: 'headers',
  title: 'No answer shows the inside: no stack, no path of a file, no query',
  rules: ['ASVS 16.5.1', 'ASVS 13.4.2', 'RFC 9457, 5'],
  async *run(context) {
    for (const { answer } of await context.survey()) {
      if (answer.headers['content-type']?.includes('javascript')) continue
      const found = inside.exec(answer.bytes)?.[0]
      yield observeAnswer(
        answer,
        found === undefined && answer.status < 500,
        'nothing of the inside, no fault',
        found ?? 'nothing',
      )
    }
  },
})

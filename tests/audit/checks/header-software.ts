import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'header-software',
  area: 'headers',
  title: 'No header names the software or its version',
  rules: ['ASVS 13.4.6'],
  run: async (context) =>
    (await context.survey()).map(({ answer }) => {
      const given = ['server', 'x-powered-by', 'x-generator', 'via'].filter((name) => answer.headers[name])
      return observeAnswer(answer, given.length === 0, 'none of Server, X-Powered-By', given.join(', ') || 'none')
    }),
})

import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'header-nosniff',
  area: 'headers',
  title: 'No answer may be taken for another type',
  rules: ['ASVS 3.4.4', 'Fetch, X-Content-Type-Options'],
  run: async (context) =>
    (await context.survey()).map(({ answer }) => {
      const given = answer.headers['x-content-type-options']
      return observeAnswer(answer, given === 'nosniff', 'X-Content-Type-Options: nosniff', given ?? 'none')
    }),
})

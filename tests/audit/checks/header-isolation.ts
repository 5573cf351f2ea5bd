import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'header-isolation',
  area: 'headers',
  title: 'No other site may open, embed or read an answer',
  rules: ['ASVS 3.4.8', 'ASVS 3.5.8', 'HTML, cross-origin opener policies'],
  run: async (context) =>
    (await context.survey()).map(({ answer }) => {
      const given = [answer.headers['cross-origin-opener-policy'], answer.headers['cross-origin-resource-policy']]
      const isSound = given.every((value) => value === 'same-origin')
      return observeAnswer(
        answer,
        isSound,
        'COOP and CORP: same-origin',
        given.map((value) => value ?? 'none').join(', '),
      )
    }),
})

import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'header-referrer',
  area: 'headers',
  title: 'Other sites learn no address of ours',
  rules: ['ASVS 3.4.5', 'Referrer Policy, 3'],
  run: async (context) =>
    (await context.survey()).map(({ answer }) => {
      const given = answer.headers['referrer-policy']
      const isSound = given === 'same-origin' || given === 'no-referrer'
      return observeAnswer(answer, isSound, 'Referrer-Policy: same-origin', given ?? 'none')
    }),
})

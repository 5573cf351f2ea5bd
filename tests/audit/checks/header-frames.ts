import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'header-frames',
  area: 'headers',
  title: 'No page lets itself be framed',
  rules: ['ASVS 3.4.6', 'CSP Level 3, 6.4.2'],
  run: async (context) =>
    (await context.survey()).map(({ answer }) => {
      const policy = String(answer.headers['content-security-policy'] ?? 'none')
      const isSound = /(^|;\s*)frame-ancestors 'none'(;|$)/.test(policy)
      return observeAnswer(answer, isSound, "frame-ancestors 'none' in the policy", policy)
    }),
})

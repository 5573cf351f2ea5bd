import { createRequire } from 'node:module'
import { check, observe } from '../check.ts'

// A CommonJS package without named exports that Node could see.
const require = createRequire(import.meta.url)
const { CspEvaluator } = require('csp_evaluator') as typeof import('csp_evaluator/dist/evaluator')
const { CspParser } = require('csp_evaluator/dist/parser') as typeof import('csp_evaluator/dist/parser')

/** `Severity` of csp_evaluator: up to "medium" a remark is a finding; what is above is a maybe or advice. */
const worstAllowed = 40
/** Maybes that were judged: scripts come from this origin only, which serves no JSONP, no Angular and no uploads. */
const judged = new Set(["script-src 'self'"])
/** Directives that csp_evaluator asks for with "none" or our own, but does not require by itself. */
const required = ["object-src 'none'", "base-uri 'none'", "form-action 'self'", "default-src 'self'"]

export default check({
  id: 'csp-evaluator',
  area: 'headers',
  title: 'The content security policy lets no foreign and no inline script run',
  rules: ['ASVS 3.4.3', 'ASVS 3.4.7', 'CSP Level 3'],
  async *run(context) {
    const policies = new Map<string, string>()
    for (const { answer } of await context.survey()) {
      const policy = String(answer.headers['content-security-policy'] ?? '')
      policies.set(policy.replaceAll(/'nonce-[^']+'/g, "'nonce-…'"), policy)
    }
    const remarks: string[][] = []
    for (const [shown, policy] of policies) {
      const findings = policy === '' ? [] : new CspEvaluator(new CspParser(policy).csp).evaluate()
      const bad = findings.filter(
        ({ severity, directive, value }) => severity < worstAllowed && !judged.has(`${directive} ${value}`),
      )
      for (const { severity, directive, value, description } of findings)
        remarks.push([String(severity), `${directive} ${value ?? ''}`, description.slice(0, 160)])
      const absent = required.filter((directive) => !policy.split(/;\s*/).includes(directive))
      const isReporting = /report-(uri|to) /.test(policy)
      const hasNonce = /script-src [^;]*'nonce-[A-Za-z0-9+/=_-]{22,}'/.test(policy)
      const observed = [...bad.map(({ description }) => description), ...absent.map((one) => `no ${one}`)]
      if (!isReporting) observed.push('reports to nobody')
      if (!hasNonce) observed.push('scripts need no nonce')
      yield observe(shown || '(no policy)', observed.length === 0, 'no weakness', observed.join('; ') || 'none')
    }
    yield {
      kind: 'table',
      title: 'What csp_evaluator remarks (10 high, 30 medium, 40 to 60 a maybe or advice)',
      head: ['severity', 'directive', 'remark'],
      rows: remarks,
    }
  },
})

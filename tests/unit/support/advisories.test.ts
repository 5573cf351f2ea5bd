import { expect, test } from 'vitest'
import { judgeAudit } from '../../support/advisories.ts'

const found = (severity: string) =>
  JSON.stringify({
    vulnerabilities: { lib: { severity, via: ['other', { title: 'Reads beyond its end' }] } },
    metadata: { vulnerabilities: { [severity]: 1 } },
  })

test.each(['high', 'critical'])('a known vulnerability that is %s fails and is named', (severity) => {
  expect(judgeAudit('all packages', found(severity))).toMatchObject({
    passed: 0,
    failed: 1,
    failures: [`  all packages > lib: ${severity}, Reads beyond its end`],
  })
})

test.each(['low', 'moderate'])('one that is %s passes', (severity) => {
  expect(judgeAudit('all packages', found(severity))).toMatchObject({ passed: 1, failed: 0 })
})

test('no vulnerability passes', () => {
  const clean = JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: { high: 0, critical: 0 } } })
  expect(judgeAudit('all packages', clean)).toMatchObject({ passed: 1, failed: 0 })
})

test.each([
  [
    'keeps none',
    '{"message": "405 Method Not Allowed - POST https://registry.example/advisories/bulk"}',
    '405 Method Not Allowed',
  ],
  ['is out of reach', '{"error": {"code": "ENOTFOUND", "summary": "getaddrinfo ENOTFOUND"}}', 'getaddrinfo ENOTFOUND'],
  ['says nothing that can be read', 'npm could not be run', 'npm could not be run'],
  ['never answers', '', 'no answer'],
])('a registry that %s is not asked: one line says so, without its address', (_what, output, why) => {
  expect(judgeAudit('all packages', output)).toMatchObject({
    ...{ passed: 0, failed: 0, skipped: 1 },
    skips: [`all packages: the registry tells no advisories (${why})`],
  })
})

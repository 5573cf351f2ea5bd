import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check, observe } from '../../audit/check.ts'
import { superiority } from '../../audit/checks/enumeration-timing.ts'
import { AuditContext } from '../../audit/context.ts'
import { writeReports } from '../../audit/report/write.ts'
import { runCheck } from '../../audit/run-checks.ts'
import { People } from '../../audit/stage/people.ts'
import { searchSecrets, spellingsOf } from '../../audit/stage/secret-search.ts'
import { Transcript } from '../../audit/transcript.ts'
import { Answer } from '../../support/answer.ts'

const ticket = `0123abcd.${'s'.repeat(21)}A.0.${'m'.repeat(42)}A`
const password = 'a password of three words'

function newContext(): AuditContext {
  const transcript = new Transcript()
  transcript.keepSecret(ticket, 'a cookie')
  transcript.keepSecret(password, 'a password')
  const origin = 'http://localhost:3000'
  return new AuditContext({
    ...{ origin, server: null, routes: [], transcript, appSecret: null, has: new Set<never>() },
    people: new People({ origin }, transcript, null),
    thoroughness: { tickets: 1, timings: 1, isWhole: false },
  })
}

function failing(context: AuditContext, observed: string) {
  const answer = new Answer(
    '/login?x=<b>',
    200,
    { 'set-cookie': [`__Host-Http-cloakroom=${ticket}; Path=/`] },
    observed,
  )
  context.transcript.note(answer, {
    who: 'user',
    method: 'POST',
    path: '/login?x=<b>',
    headers: { cookie: `__Host-Http-cloakroom=${ticket}`, origin: 'https://evil.example' },
    body: `csrf=${'c'.repeat(64)}&email=a`,
  })
  return check({
    ...{ id: 'of-a-test', area: 'leaks', title: 'A check of a test', rules: ['ASVS 3.3.1'] },
    run: () => [observe('a page', false, 'nothing', observed, answer)],
  })
}

describe('the report', () => {
  let folder: string
  let fallsShort: boolean
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cloakroom-audit-'))
    const context = newContext()
    const outcomes = [await runCheck(failing(context, `it said ${ticket}`), context)]
    ;({ fallsShort } = writeReports(folder, { outcomes, context, startedAt: new Date(0), endedAt: new Date(1_000) }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('falls short when a check does, in all three files', () => {
    expect(fallsShort).toBe(true)
    expect(read('report.html')).toContain('1 findings in 1 checks fall short')
    expect(JSON.parse(read('report.json'))).toMatchObject({ summary: { fallShort: 1, findings: 1 } })
    const { runs } = JSON.parse(read('report.sarif')) as { runs: { results: object[] }[] }
    expect(runs[0]?.results).toMatchObject([{ ruleId: 'of-a-test', level: 'error' }])
  })

  test('says how to repeat a finding, without what was secret in it', () => {
    for (const name of ['report.html', 'report.json', 'report.sarif']) {
      expect(read(name)).not.toContain(ticket)
      expect(read(name)).not.toContain('c'.repeat(64))
    }
    expect(read('report.json')).toContain('curl -i --path-as-is -X POST -b \\"$USER_COOKIES\\"')
    expect(read('report.json')).toContain('csrf=$CSRF')
  })

  test('is one page that loads nothing and takes no markup from what it saw', () => {
    expect(/(?:src|href)="(?!#)/.exec(read('report.html'))?.[0]).toBeUndefined()
    expect(read('report.html')).not.toContain('<script')
    expect(read('report.html')).not.toContain('x=<b>')
  })

  test('is not written at all when it would hold a secret that nobody cut out', async () => {
    const context = newContext()
    const outcomes = [await runCheck(failing(context, `it said ${password}`), context)]
    const write = () => writeReports(folder, { outcomes, context, startedAt: new Date(0), endedAt: new Date(0) })
    expect(write).toThrow('would have held a password')
  })
})

test('a check that breaks off or sees nothing has shown nothing', async () => {
  const context = newContext()
  const empty = check({ ...{ id: 'x', area: 'leaks', title: 'x', rules: [] }, run: () => [] })
  expect((await runCheck(empty, context)).fault).toBe('nothing was observed')
  const broken = check({ ...empty, run: () => Promise.reject(new Error('no answer')) })
  expect((await runCheck(broken, context)).fault).toBe('no answer')
  const needy = check({ ...empty, needs: ['store'] })
  expect(await runCheck(needy, context)).toMatchObject({ missing: ['store'], fault: null })
})

test('the search finds a secret in every spelling, at every offset of base64', () => {
  const secrets = new Map([[password, 'a password']])
  const wrapped = [0, 1, 2, 3].map((offset) => Buffer.from(`${'x'.repeat(offset)}${password}yy`).toString('base64'))
  for (const text of [...spellingsOf(password), ...wrapped])
    expect(searchSecrets([{ where: '', text }], secrets).found.length, text).toBeGreaterThan(0)
  expect(searchSecrets([{ where: '', text: 'a password of four words' }], secrets).found).toEqual([])
})

test('ranks tell apart what is slower and not what is alike', () => {
  expect(superiority([5, 6, 7], [1, 2, 3])).toBe(1)
  expect(superiority([1, 2, 3], [1, 2, 3])).toBe(0.5)
})

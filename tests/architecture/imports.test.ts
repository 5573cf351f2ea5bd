import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult, type IViolation } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import { beforeAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
let options: ICruiseOptions
beforeAll(async () => {
  options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.mjs'))
})

async function violationsIn(baseDir: string): Promise<IViolation[]> {
  const { output } = await cruise(['app', 'db'], { ...options, validate: true, baseDir })
  return (output as ICruiseResult).summary.violations
}

describe('the direction of imports', () => {
  test('no import of the house goes the wrong way, past an index or in a circle', async () => {
    const violations = await violationsIn(root)
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([])
  })

  test('every part of the house has its rule', () => {
    const parts = readdirSync(join(root, 'app'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const withoutLogic = ['cli', 'styles']
    const expected = parts.filter(({ name }) => !withoutLogic.includes(name))
    const rules = options.ruleSet?.forbidden?.map(({ name }) => name)
    expect(rules).toEqual(expect.arrayContaining(expected.map(({ name }) => `${name}-imports-only-what-it-may`)))
  })

  // A rule that nothing can break guards nothing: each is shown a house that breaks it.
  test.each<[rule: string, files: Record<string, string>]>([
    ['routes-imports-only-what-it-may', { 'app/routes/a.tsx': "import '../identity/index.server.ts'" }],
    ['routes-imports-only-what-it-may', { 'app/routes/a.tsx': "import '../../db/index.ts'" }],
    ['routes-imports-only-what-it-may', { 'app/routes/a.tsx': "import '../api/index.server.ts'" }],
    ['components-imports-only-what-it-may', { 'app/components/a.tsx': "import '../bff/index.server.ts'" }],
    ['presenters-imports-only-what-it-may', { 'app/presenters/a.server.ts': "import '../bff/index.server.ts'" }],
    ['bff-imports-only-what-it-may', { 'app/bff/a.server.ts': "import '../api/index.server.ts'" }],
    ['bff-imports-only-what-it-may', { 'app/bff/a.server.ts': "import '../../db/index.ts'" }],
    ['identity-imports-only-what-it-may', { 'app/identity/a.ts': "import '../bff/index.server.ts'" }],
    ['api-imports-only-what-it-may', { 'app/api/a.ts': "import '../identity/index.server.ts'" }],
    ['events-imports-only-what-it-may', { 'app/events/a.ts': "import '../identity/index.server.ts'" }],
    ['mail-imports-only-what-it-may', { 'app/mail/a.ts': "import '../identity/index.server.ts'" }],
    ['http-imports-only-what-it-may', { 'app/http/a.ts': "import '../bff/index.server.ts'" }],
    ['contract-imports-only-what-it-may', { 'app/contract/a.ts': "import '../../db/index.ts'" }],
    ['kernel-imports-only-what-it-may', { 'app/kernel/a.ts': "import '../http/index.server.ts'" }],
    ['platform-imports-only-what-it-may', { 'app/platform/a.ts': "import '../bff/index.server.ts'" }],
    ['db-imports-only-what-it-may', { 'db/a.ts': "import '../app/identity/index.server.ts'" }],
    ['only-the-index-of-a-layer', { 'app/routes/a.tsx': "import '../bff/guard.ts'", 'app/bff/guard.ts': '' }],
    ['only-the-index-of-a-layer', { 'db/a.ts': "import '../app/kernel/clock.ts'", 'app/kernel/clock.ts': '' }],
    ['only-the-index-of-a-layer-for-commands', { 'app/cli/a.ts': "import '../kernel/b.ts'", 'app/kernel/b.ts': '' }],
    ['only-the-index-of-a-layer-at-the-top', { 'app/server.ts': "import './bff/guard.ts'", 'app/bff/guard.ts': '' }],
    ['only-the-index-of-the-store', { 'app/api/a.ts': "import '../../db/schema.ts'", 'db/schema.ts': '' }],
    ['only-the-index-and-seeds-of-the-store', { 'app/cli/a.ts': "import '../../db/schema.ts'", 'db/schema.ts': '' }],
    [
      'pages-render-no-server-code',
      { 'app/components/a.tsx': "import './b.server.ts'", 'app/components/b.server.ts': '' },
    ],
    ['no-node-in-browser-code', { 'app/contract/a.ts': "import 'node:fs'" }],
    ['no-circular', { 'app/bff/a.ts': "import './b.ts'", 'app/bff/b.ts': "import './a.ts'" }],
    ['no-orphans', { 'app/bff/a.ts': '', 'app/server.ts': '' }],
    ['no-unresolvable', { 'app/bff/a.ts': "import './nowhere.ts'" }],
    ['no-tools-in-the-product', { 'app/bff/a.ts': "import 'vitest'", 'node_modules/vitest/index.js': '' }],
  ])('%s stops %o', async (rule, files) => {
    const house = mkdtempSync(join(tmpdir(), 'cloakroom-house-'))
    try {
      for (const [path, text] of Object.entries({ ...emptyHouse, ...files })) {
        mkdirSync(dirname(join(house, path)), { recursive: true })
        writeFileSync(join(house, path), text)
      }
      const violations = await violationsIn(house)
      expect(violations.map((violation) => violation.rule.name)).toContain(rule)
    } finally {
      rmSync(house, { recursive: true, force: true })
    }
  })
})

const emptyHouse = {
  'package.json': '{"type":"module","devDependencies":{"vitest":"*"}}',
  'app/bff/index.server.ts': '',
  'app/identity/index.server.ts': '',
  'app/api/index.server.ts': '',
  'app/http/index.server.ts': '',
  'db/index.ts': '',
}

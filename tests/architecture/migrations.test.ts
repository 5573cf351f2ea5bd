import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import * as tables from '../../db/schema.ts'
import { openTestStore } from '../support/store.ts'
import { root } from './sources.ts'

describe('the migrations', () => {
  test.each([
    ['sqlite', 'sqlite', 'db/schema.ts'],
    ['postgresql', 'postgres', 'db/postgres/schema.ts'],
  ])('for %s hold everything that the schema says', async (dialect, folder, schema) => {
    const temporary = mkdtempSync(join(tmpdir(), 'cloakroom-migrations-'))
    const out = join(temporary, folder)
    try {
      cpSync(join(root, 'migrations', folder), out, { recursive: true })
      const before = readdirSync(out)
      // The generator takes no absolute path.
      const { stdout } = await promisify(execFile)(
        join(root, 'node_modules/.bin/drizzle-kit'),
        ['generate', '--dialect', dialect, '--schema', schema, '--out', relative(root, out)],
        { cwd: root, timeout: 110_000 },
      )
      expect(stdout).toMatch(/No schema changes/)
      expect(stdout).toMatch(new RegExp(`^${Object.keys(tables).length} tables`, 'm'))
      expect(readdirSync(out)).toEqual(before)
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  })

  test('make every table STRICT', () => {
    const { database, close } = openTestStore()
    const listed = database.$client
      .prepare("select name, strict from pragma_table_list where type = 'table' and schema = 'main'")
      .all() as { name: string; strict: 0 | 1 }[]
    close()
    const ours = listed.filter(({ name }) => !/^(sqlite_|__drizzle)/.test(name))
    expect(ours.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['users', 'sessions', 'signing_keys', 'projects']),
    )
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([])
  })
})

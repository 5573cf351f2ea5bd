import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadSettings } from '../../../../app/kernel/index.server.ts'

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = (env: Record<string, string>) => loadSettings({ NODE_ENV: 'test', DATA_DIR: folder, ...env }, folder)

describe('DATABASE_URL', () => {
  test.each([
    'file:store.sqlite',
    'postgres://ann:word@localhost/cloakroom',
    'postgresql://ann:word@[::1]:6432/cloakroom',
    'postgres:///cloakroom?host=/var/run/postgresql',
    'postgres://ann:word@store.example/cloakroom?sslmode=verify-full',
    'postgres://ann:word@store/cloakroom?sslmode=disable',
  ])('may be %s', (url) => {
    expect(load({ DATABASE_URL: url }).DATABASE_URL).toBe(url)
  })

  test.each([
    ['mysql://ann:hunter2@localhost/x', /DATABASE_URL must look like/],
    ['postgres://ann:hunter2@:x:y/', /DATABASE_URL must look like/],
    ['postgres://ann:hunter2@store.example/cloakroom', /DATABASE_URL must say sslmode beyond loopback/],
    ['postgres://ann:hunter2@localhost/cloakroom?host=store.example', /DATABASE_URL must say sslmode/],
  ])('is refused as %s, and its password is not repeated', (url, reason) => {
    expect(() => load({ DATABASE_URL: url })).toThrow(reason)
    expect(() => load({ DATABASE_URL: url })).not.toThrow(/hunter2/)
  })
})

test('what PostgreSQL may take is counted and timed by settings, with limits of their own when unset', () => {
  expect(load({}).postgres).toEqual({
    ...{ poolSize: 10, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, isPooled: false },
  })
  const set = { DATABASE_POOL: '3', DATABASE_CONNECT_TIMEOUT: '1s', DATABASE_STATEMENT_TIMEOUT: '2s' }
  expect(load({ ...set, DATABASE_POOLER: 'transaction' }).postgres).toEqual({
    ...{ poolSize: 3, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000, isPooled: true },
  })
})

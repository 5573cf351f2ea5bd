import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSettings } from '../../../../app/kernel/index.server.ts'

const secret = Buffer.alloc(32, 'a').toString('base64')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-modes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string, mode: number): void {
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), mode)
}

const load = () => loadSettings({ NODE_ENV: 'test' }, folder)

describe('an .env with a secret in it', () => {
  const lines = [
    `APP_SECRETS=${secret}`,
    'METRICS_TOKEN=a-token-for-the-collector',
    'DATABASE_URL=postgres://ann:hunter2hunter2@localhost/cloakroom',
    'SMTP_URL=smtps://ann:hunter2hunter2@mail.example.com:465',
  ]
  test.each(lines)('stops the start when everybody may read it, with the chmod that cures it: %s', (line) => {
    const name = line.split('=', 1)[0]
    for (const mode of [0o644, 0o604, 0o666, 0o641]) {
      write('.env', line, mode)
      expect(load).toThrow(new RegExp(`\\.env holds ${name} and can be read by everybody: chmod 640 it`))
    }
  })
  test.each(lines)('does not where its owner and group may: %s', (line) => {
    for (const mode of [0o600, 0o640, 0o400]) {
      write('.env', line, mode)
      expect(load).not.toThrow()
    }
  })
  test('is not said to be one when it holds none', () => {
    write('.env', 'PORT=3007\nDATABASE_URL=file:x.sqlite\nSMTP_URL=smtp://localhost:25\n', 0o644)
    expect(load().PORT).toBe(3007)
  })
})

test('a file of local secrets that others may read stops the start', () => {
  write('.env', 'DATA_DIR=.', 0o644)
  expect(load().secrets).toHaveLength(1)
  for (const mode of [0o640, 0o604, 0o644]) {
    chmodSync(join(folder, 'secrets'), mode)
    expect(load).toThrow(/secrets can be read by others: chmod 600 it/)
  }
  chmodSync(join(folder, 'secrets'), 0o600)
  expect(load().secrets).toHaveLength(1)
})

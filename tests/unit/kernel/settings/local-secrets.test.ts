import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  deriveKeyRing,
  deriveSecrets,
  replaceLocalSecrets,
  watchLocalSecrets,
  writeSecrets,
} from '../../../../app/kernel/index.server.ts'

const [one, two] = deriveSecrets([Buffer.alloc(32, 'one'), Buffer.alloc(32, 'two')])
if (!one || !two) throw new Error('no secrets')

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-secrets-'))
  file = join(folder, 'secrets')
  replaceLocalSecrets(file, [one])
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the file of local secrets', () => {
  it('is replaced in one step, by a file that only its owner can read', () => {
    replaceLocalSecrets(file, [two, one])
    expect(readFileSync(file, 'utf8')).toBe(`${writeSecrets([two, one])}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['secrets'])
  })

  it('that cannot be replaced leaves nothing behind and says why', () => {
    expect(() => replaceLocalSecrets(join(folder, 'nowhere', 'secrets'), [one])).toThrow('ENOENT')
  })

  it('is followed by a running server and every key ring of it', async () => {
    const secrets = [one]
    const ring = deriveKeyRing(secrets, 'a purpose')
    const before = ring.newest.key
    const stop = watchLocalSecrets(file, secrets, 20)
    try {
      replaceLocalSecrets(file, [two, one])
      await expect.poll(() => ring.newest.id).toBe(two.id)
      expect([...ring.byId.keys()]).toEqual([two.id, one.id])
      expect(ring.byId.get(one.id)?.equals(before)).toBe(true)
      replaceLocalSecrets(file, [two])
      await expect.poll(() => [...ring.byId.keys()]).toEqual([two.id])
    } finally {
      stop()
    }
  })

  it('changes nothing when it is damaged or gone', async () => {
    const secrets = [one]
    const stop = watchLocalSecrets(file, secrets, 20)
    try {
      writeFileSync(file, 'not a secret')
      await delay(200)
      rmSync(file)
      await delay(200)
      expect(secrets).toEqual([one])
    } finally {
      stop()
    }
  })
})

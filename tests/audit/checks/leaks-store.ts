import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createProject } from '../../support/fixtures.ts'
import { check, observe } from '../check.ts'
import { searchSecrets } from '../stage/secret-search.ts'

export default check({
  id: 'leaks-store',
  area: 'leaks',
  title: 'Whoever reads the database finds no ticket, no password, no key in the clear',
  rules: ['ASVS 11.4.2', 'ASVS 13.3.1', 'ASVS 14.2.4', 'RFC 9700, 2.2.2'],
  needs: ['store'],
  async *run(context) {
    const { client } = await context.people.newcomer()
    const canary = `canary ${crypto.randomUUID()}`
    await createProject(client, canary)
    const server = context.requireServer()
    const places = ['cloakroom.sqlite', 'cloakroom.sqlite-wal'].map((name) => ({
      where: name,
      text: readFileSync(join(server.dataDir, name)).toString('latin1'),
    }))
    const { found, bytes } = searchSecrets(places, context.transcript.secrets)
    // Argon2id hashes are what should be there.
    const real = found.filter(({ what }) => what !== 'a password hash')
    yield observe(`${bytes} bytes of the store`, real.length === 0, 'no secret but password hashes', real.slice(0, 10))
    const isSeen = places.some(({ text }) => text.includes(canary))
    yield observe(
      'a canary that was planted as the name of a project',
      isSeen,
      'is found',
      isSeen ? 'found' : 'not found',
    )
    const database = server.openDatabase()
    const hashes = database.prepare('select password_hash as hash from users').all() as { hash: string }[]
    const keys = database.prepare('select private_jwk as encrypted from signing_keys').all() as { encrypted: string }[]
    database.close()
    const weak = hashes.filter(({ hash }) => !/^\$argon2id\$v=19\$m=(\d{5,}),t=[2-9],p=\d+\$/.test(hash)).length
    yield observe(
      `${hashes.length} password hashes`,
      weak === 0,
      'Argon2id, at least 10 MiB and two passes',
      `${weak} weaker`,
    )
    const open = keys.filter(({ encrypted }) => /"d"|PRIVATE/.test(encrypted)).length
    yield observe(`${keys.length} signing keys`, open === 0, 'encrypted', `${open} in the clear`)
  },
})

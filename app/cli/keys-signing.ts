import type { Issuer, ListedKey } from '../identity/index.server.ts'
import { now } from '../kernel/index.ts'
import { CommandError } from './open-issuer.ts'

/** The signing keys as a table; those that have left the key set stay in it for the record. */
export async function printSigningKeys({ keys }: Issuer): Promise<void> {
  const rows = (await keys.list()).map((key) => ({
    kid: key.kid,
    alg: key.alg,
    state: stateOf(key),
    created: dateOf(key.createdAt),
    'signs from': dateOf(key.signsFrom),
    retired: key.retiredAt === null ? '' : dateOf(key.retiredAt),
    secret: key.secretId ?? '',
  }))
  console.log('Signing keys')
  console.table(Object.fromEntries(rows.map(({ kid, ...row }) => [kid, row])))
}

/** The next key signs from now on. */
export async function rotateSigningKeys({ keys }: Issuer): Promise<void> {
  const { kid, previous } = await keys.rotate()
  console.log(`${kid} signs from now on; running servers follow within seconds.`)
  console.log(`${previous} stays in the key set until what it has signed has expired.`)
}

/** Takes a key out of the key set at once, as after a leak. */
export async function retireSigningKey({ keys }: Issuer, kid: string): Promise<void> {
  const result = await keys.retire(kid)
  if (result === 'unknown') throw new CommandError(`there is no signing key ${kid}: see npm run keys -- list`)
  if (result === 'already-retired') throw new CommandError(`${kid} has left the key set already`)
  if (result === 'only-key') throw new CommandError(`${kid} is the only key: rotate first`)
  console.log(`${kid} has left the key set. Running servers refuse its access tokens within seconds.`)
  console.log('No session ends: every request mints a new access token.')
}

function stateOf({ signs, signsFrom, retiredAt }: ListedKey): string {
  if (retiredAt !== null) return 'retired'
  if (signs) return 'signs'
  return signsFrom > now() ? 'next' : 'published'
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

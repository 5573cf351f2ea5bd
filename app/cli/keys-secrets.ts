import type { Database } from '../../db/index.ts'
import type { Issuer } from '../identity/index.server.ts'
import {
  createSecret,
  deriveKeyRing,
  deriveSecrets,
  replaceLocalSecrets,
  type Secret,
  type Settings,
  writeSecrets,
} from '../kernel/index.server.ts'
import type { RecordEvent } from '../kernel/index.ts'
import { reencryptOutbox } from '../mail/index.server.ts'
import { CommandError } from './open-issuer.ts'

export type Installation = { settings: Settings; database: Database; issuer: Issuer; record: RecordEvent }

/** The secrets by their ids, and what is known to depend on each. */
export async function printSecrets({ settings, issuer }: Installation): Promise<void> {
  const sessions = await issuer.keys.countSessionsBySecret()
  const encrypted = (await issuer.keys.list()).filter((key) => key.retiredAt === null).map((key) => key.secretId)
  const rows = settings.secrets.map(({ id }, index) => ({
    id,
    use: index === 0 ? 'signs, encrypts and verifies' : 'verifies',
    'signing keys': encrypted.filter((each) => each === id).length,
    'live sessions': sessions.get(id) ?? 0,
  }))
  console.log(`Secrets (${settings.secretsFile ?? 'APP_SECRETS'})`)
  console.table(Object.fromEntries(rows.map(({ id, ...row }) => [id, row])))
  const listed = new Set(settings.secrets.map(({ id }) => id))
  const others = [...sessions].filter(([id]) => !listed.has(id)).reduce((sum, [, count]) => sum + count, 0)
  if (others > 0) console.log(`${others} live sessions depend on a secret that is not listed, or on one not known.`)
}

/** A new secret in front of the others. Tickets made with the old ones go on verifying and are made anew when they rotate. */
export async function rotateSecrets(installation: Installation): Promise<void> {
  const { settings, issuer } = installation
  const [created] = deriveSecrets([Buffer.from(createSecret(), 'base64')])
  if (!created) throw new CommandError('no secret could be made')
  const secrets = [created, ...settings.secrets]
  if (settings.secretsFile !== null) {
    replaceLocalSecrets(settings.secretsFile, secrets)
    await issuer.keys.reencryptWith(deriveKeyRing(secrets, 'signing-keys'))
    await issuer.reencryptFactors(deriveKeyRing(secrets, 'factors'))
    await reencryptWhatPasses(installation, secrets)
    console.log(`${created.id} is the newest secret in ${settings.secretsFile}; running servers follow within seconds.`)
    return
  }
  console.log('Nothing has changed yet. With one server, set this and restart it:')
  console.log(`  APP_SECRETS=${writeSecrets(secrets)}`)
  console.log(
    'With several, first let all of them know the new secret, and only then let it sign and encrypt. First everywhere:',
  )
  console.log(`  APP_SECRETS=${writeSecrets([...settings.secrets, created])}`)
  console.log('and after that the value above.')
}

/**
 * Drops a secret. Private signing keys, the keys of authenticator apps, tokens of providers and waiting mails are encrypted
 * anew first; sessions whose ticket it encrypted end.
 */
export async function retireSecret(installation: Installation, id: string): Promise<void> {
  const { settings, issuer, record } = installation
  const left = requireOthers(settings.secrets, id)
  const inUse = await issuer.keys.reencryptWith(deriveKeyRing(left, 'signing-keys'))
  if (inUse.includes(id)) {
    throw new CommandError(
      `a signing key is still encrypted with ${id} and could not be encrypted anew: see npm run keys -- list`,
    )
  }
  if ((await issuer.reencryptFactors(deriveKeyRing(left, 'factors'))).includes(id)) {
    throw new CommandError(`keys of authenticator apps are still encrypted with ${id} and could not be encrypted anew`)
  }
  await reencryptWhatPasses(installation, left)
  const ending = (await issuer.keys.countSessionsBySecret()).get(id) ?? 0
  record({ type: 'keys.retired', outcome: 'success', detail: { secret: id, cause: 'command' } })
  if (settings.secretsFile !== null) {
    replaceLocalSecrets(settings.secretsFile, left)
    console.log(`${id} is no longer in ${settings.secretsFile}; running servers follow within seconds.`)
  } else {
    console.log('Signing keys no longer need it. Set this and restart every server:')
    console.log(`  APP_SECRETS=${writeSecrets(left)}`)
  }
  console.log(`What ends: ${ending} live sessions (people sign in again), and forms that were opened under it.`)
}

/** What lives for a session or a day. None of it stops a secret from being dropped. */
async function reencryptWhatPasses({ settings, database, issuer }: Installation, secrets: Secret[]): Promise<void> {
  await issuer.reencryptProviderTokens(deriveKeyRing(secrets, 'providers'))
  await reencryptOutbox(database, settings.secrets, secrets)
}

function requireOthers(secrets: readonly Secret[], id: string): Secret[] {
  const left = secrets.filter((secret) => secret.id !== id)
  if (left.length === secrets.length) throw new CommandError(`there is no secret ${id}: see npm run keys -- list`)
  if (left.length === 0) throw new CommandError(`${id} is the only secret: run npm run keys -- rotate secrets first`)
  return left
}

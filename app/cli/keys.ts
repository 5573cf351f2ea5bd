import { Problem } from '../kernel/index.ts'
import { type Installation, printSecrets, retireSecret, rotateSecrets } from './keys-secrets.ts'
import { printSigningKeys, retireSigningKey, rotateSigningKeys } from './keys-signing.ts'
import { CommandError, openIssuer, runCommand } from './open-issuer.ts'

const usage = `Usage: npm run keys -- list                 what there is, and what depends on it
       npm run keys -- rotate               the next signing key signs from now on
       npm run keys -- rotate secrets       a new secret in front of the others
       npm run keys -- retire <kid>         a signing key leaves the key set at once
       npm run keys -- retire secret <id>   a secret goes, and what was encrypted with it alone`

// npm run keys: signing keys and APP_SECRETS. Prints ids; secrets themselves only where they must be written down.
await runCommand(async () => {
  const command = findCommand(process.argv.slice(2))
  if (!command) {
    console.error(usage)
    process.exitCode = 1
    return
  }
  const { close, ...installation } = await openIssuer()
  try {
    await command(installation)
  } catch (error) {
    throw error instanceof Problem ? new CommandError(error.message) : error
  } finally {
    await close()
  }
})

function findCommand(words: string[]): ((installation: Installation) => Promise<void>) | null {
  const [verb, first = '', second, ...rest] = words
  if (rest.length > 0) return null
  if (verb === 'retire' && first === 'secret' && second) return (house) => retireSecret(house, second)
  if (second !== undefined) return null
  if (verb === 'retire' && first !== '' && first !== 'secret') return ({ issuer }) => retireSigningKey(issuer, first)
  if (verb === 'rotate' && first === 'secrets') return rotateSecrets
  if (verb === 'rotate' && first === '') return ({ issuer }) => rotateSigningKeys(issuer)
  if (verb !== 'list' || first !== '') return null
  return async (house) => {
    await printSigningKeys(house.issuer)
    await printSecrets(house)
  }
}

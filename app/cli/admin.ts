import { parseArgs } from 'node:util'
import { isLoopback } from '../kernel/index.server.ts'
import { visibleText } from '../kernel/index.ts'
import { openIssuer, runCommand } from './open-issuer.ts'

const usage = `Usage: npm run admin -- someone@example.com [--unconfirmed]
         makes an existing account an admin; --unconfirmed: although nobody has proved that the address is theirs
       npm run admin -- someone@example.com --remove-factors
         gives an account back to an owner who is locked out: takes its second factors, recovery codes and links to
         providers away and ends its sessions. They choose a new password by mail then. Be sure that it is them.`

await runCommand(async () => {
  const given = readWords()
  if (given === null) return refuse(usage)
  const { email, unconfirmed, removesFactors } = given
  const shown = visibleText(email)
  const { issuer, settings, close } = await openIssuer()
  try {
    if (removesFactors) {
      if ((await issuer.removeFactors(email)) === 'unknown') return refuse(`There is no account for ${shown}.`)
      return console.log(
        `${shown} has no second factors and no sessions any more. A new password by mail lets them in.`,
      )
    }
    // On a developer's own machine nobody but them registers.
    const onlyConfirmed = !unconfirmed && !isLoopback(new URL(settings.APP_ORIGIN).hostname)
    const result = await issuer.promote(email, { onlyConfirmed })
    if (result === 'promoted' || result === 'promoted-unconfirmed') console.log(`${shown} is an admin now.`)
    if (result === 'promoted-unconfirmed')
      console.log('Nobody has proved yet that this address is theirs; it is not confirmed.')
    if (result === 'already-admin') console.log(`${shown} was an admin already.`)
    if (result === 'unknown') refuse(`There is no account for ${shown}. Register it first.`)
    if (result === 'unconfirmed') {
      refuse(`Nobody has proved yet that ${shown} is theirs: anybody could have registered it. Confirm the address at
/account/address first or, where you know whose account it is, add --unconfirmed.`)
    }
  } finally {
    await close()
  }
})

function readWords(): { email: string; unconfirmed: boolean; removesFactors: boolean } | null {
  try {
    const options = { unconfirmed: { type: 'boolean' }, 'remove-factors': { type: 'boolean' } } as const
    const { positionals, values } = parseArgs({ allowPositionals: true, options })
    const [email, ...rest] = positionals
    if (!email || rest.length > 0) return null
    return { email, unconfirmed: values.unconfirmed === true, removesFactors: values['remove-factors'] === true }
  } catch {
    return null
  }
}

function refuse(message: string): void {
  console.error(message)
  process.exitCode = 1
}

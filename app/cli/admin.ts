import { visibleText } from '../kernel/index.ts'
import { openIssuer, runCommand } from './open-issuer.ts'

// npm run admin -- someone@example.com: makes an existing account an admin.
await runCommand(async () => {
  const [email, ...rest] = process.argv.slice(2)
  if (!email || rest.length > 0) {
    console.error('Usage: npm run admin -- someone@example.com')
    process.exitCode = 1
    return
  }
  const { issuer, close } = await openIssuer()
  const result = await issuer.promote(email)
  await close()
  if (result === 'promoted') console.log(`${visibleText(email)} is an admin now.`)
  if (result === 'already-admin') console.log(`${visibleText(email)} was an admin already.`)
  if (result === 'unknown') {
    console.error(`There is no account for ${visibleText(email)}. Register it first.`)
    process.exitCode = 1
  }
})

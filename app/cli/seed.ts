import { demoAccounts, demoPassword } from '../../db/tools/demo.ts'
import { seedProjects } from '../../db/tools/seed.ts'
import { CommandError, openIssuer, runCommand } from './open-issuer.ts'

// npm run seed: demo accounts with projects. Their password is public, so it refuses to run anywhere but on loopback.
await runCommand(async () => {
  const { settings, database, issuer, close } = await openIssuer()
  if (!settings.isLocal)
    throw new CommandError('demo accounts have a public password: they are for a loopback APP_ORIGIN only')
  for (const { projects, ...account } of demoAccounts) {
    const created = await issuer.createAccount({ ...account, password: demoPassword })
    if (created.kind === 'created') await seedProjects(database, created.userId, projects)
  }
  await close()
  console.log(`Demo accounts at ${settings.APP_ORIGIN} (password: ${demoPassword})`)
  for (const { email, role } of demoAccounts) console.log(`  ${email}${role === 'admin' ? '  (admin)' : ''}`)
})

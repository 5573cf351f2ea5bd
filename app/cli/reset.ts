import { rmSync } from 'node:fs'
import { loadSettings } from '../kernel/index.server.ts'
import { CommandError, runCommand } from './open-issuer.ts'

// npm run db:reset: removes the SQLite file of a local installation, accounts and sessions with it. Secrets stay.
await runCommand(async () => {
  const settings = loadSettings()
  if (!settings.isLocal) throw new CommandError('the store is only reset while APP_ORIGIN is a loopback address')
  const file = settings.DATABASE_URL.replace(/^file:/, '')
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
  console.log(`Removed ${file}. It is made anew at the next start.`)
})

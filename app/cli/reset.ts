import { rmSync } from 'node:fs'
import { isPostgresUrl, resetPostgres } from '../../db/index.ts'
import { isLoopback, loadSettings } from '../kernel/index.server.ts'
import { CommandError, runCommand } from './open-issuer.ts'

// npm run db:reset: empties the store of a local installation, accounts and sessions with it. Secrets stay.
await runCommand(async () => {
  const settings = loadSettings()
  if (!settings.isLocal) throw new CommandError('the store is only reset while APP_ORIGIN is a loopback address')
  if (isPostgresUrl(settings.DATABASE_URL)) {
    if (!isLoopback(new URL(settings.DATABASE_URL).hostname)) {
      throw new CommandError('the store is only reset while DATABASE_URL is on loopback')
    }
    console.log(`Removed every table of Cloakroom in ${await resetPostgres(settings.DATABASE_URL)}.`)
    return
  }
  const file = settings.DATABASE_URL.replace(/^file:/, '')
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
  console.log(`Removed ${file}. It is made anew at the next start.`)
})

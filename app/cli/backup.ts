import { parseArgs } from 'node:util'
import { backUpStore, isPostgresUrl } from '../../db/index.ts'
import { loadSettings } from '../kernel/index.server.ts'
import { CommandError, runCommand } from './open-issuer.ts'

// npm run backup -- --to file: a copy of the store, while servers go on. Secrets are not in it: keep them elsewhere.
await runCommand(async () => {
  const to = readTarget()
  const { DATABASE_URL } = loadSettings()
  if (isPostgresUrl(DATABASE_URL)) {
    throw new CommandError('PostgreSQL is backed up by its own pg_dump, which reads one moment while servers go on')
  }
  const result = await backUpStore(DATABASE_URL, to)
  if (result.kind === 'exists') throw new CommandError(`${to} is there already: a backup overwrites nothing`)
  if (result.kind === 'damaged') throw new CommandError(`the copy is damaged and was removed: ${result.why}`)
  console.log(`Wrote ${to}, with ${result.sessions} sessions. APP_SECRETS are not in it: keep them, but elsewhere.`)
})

function readTarget(): string {
  const usage = 'Usage: npm run backup -- --to file'
  try {
    const { to } = parseArgs({ options: { to: { type: 'string' } } }).values
    if (to) return to
  } catch {}
  throw new CommandError(usage)
}

import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type CopyResult, closeStore, copyStore, isPostgresUrl, openStore } from '../../db/index.ts'
import { loadSettings } from '../kernel/index.server.ts'
import { CommandError, runCommand } from './open-issuer.ts'

// npm run db:copy -- --from file:… --to postgres://…: moves a store to another kind, sessions and all.
await runCommand(async () => {
  const { from, to } = readUrls()
  const { postgres } = loadSettings()
  if (!isPostgresUrl(from) && !existsSync(from.replace(/^file:/, ''))) throw new CommandError(`there is no ${from}`)
  const source = await openStore({ url: from, postgres })
  try {
    const target = await openStore({ url: to, postgres })
    try {
      report(await copyStore(source, target))
    } finally {
      await closeStore(target)
    }
  } finally {
    await closeStore(source)
  }
})

function report(result: CopyResult): void {
  if (result.kind === 'occupied') {
    throw new CommandError(`the target holds rows already (${result.table}): a copy goes into an empty store`)
  }
  if (result.kind === 'differs') {
    throw new CommandError(`${result.table} changed while it was copied, and nothing was kept: stop the servers first`)
  }
  for (const { table, rows, checksum } of result.tables) {
    console.log(`${table.padEnd(20)} ${String(rows).padStart(10)} rows  ${checksum}`)
  }
  console.log(
    'Both stores hold the same. Start the servers with the new DATABASE_URL and the same APP_SECRETS: sessions go on.',
  )
}

function readUrls(): { from: string; to: string } {
  const usage = 'Usage: npm run db:copy -- --from file:… --to postgres://… (or the other way round)'
  const options = { from: { type: 'string' }, to: { type: 'string' } } as const
  try {
    const { from = '', to = '' } = parseArgs({ options }).values
    const isUrl = (url: string) => url.startsWith('file:') || isPostgresUrl(url)
    if (isUrl(from) && isUrl(to) && from !== to) return { from, to }
  } catch {}
  throw new CommandError(usage)
}

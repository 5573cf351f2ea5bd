import { closeStore, openStore } from '../../db/index.ts'
import { createEventRecorder, eventLimitsOf } from '../events/index.server.ts'
import { createIssuer } from '../identity/index.server.ts'
import { loadSettings } from '../kernel/index.server.ts'
import { type RecordEvent, StartError, visibleText } from '../kernel/index.ts'

/** The store and the issuer for one command, without a server. The caller closes them. */
export async function openIssuer() {
  const settings = loadSettings()
  const database = await openStore({ url: settings.DATABASE_URL, postgres: settings.postgres })
  const events = createEventRecorder({ database, ...eventLimitsOf(settings), log: null })
  const record: RecordEvent = (event) => events.record({ agent: 'command line', ...event })
  const issuer = await createIssuer({ database, settings, record })
  const close = async () => {
    await events.close()
    await closeStore(database)
  }
  return { settings, database, issuer, record, close }
}

/** A command that cannot be carried out, and what to do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError'

  constructor(message: string) {
    super(visibleText(message, { keepsLines: true }))
  }
}

/** Runs a command; what stops it is printed as one message, with exit code 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    if (!(error instanceof StartError || error instanceof CommandError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

import type { MailboxEntry } from '../../contract/index.ts'
import { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { requireThisMachine } from './own-machine.server.ts'

/**
 * The mails of a development machine, newest first, for whoever sits at it: they hold codes. Elsewhere there is no such page:
 * throws `Problem('not_found')`.
 */
export async function requireMailbox(): Promise<MailboxEntry[]> {
  const { readMailbox } = getConfiguration()
  if (readMailbox === null) throw new Problem('not_found')
  requireThisMachine()
  return readMailbox()
}

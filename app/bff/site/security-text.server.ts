import { ms, now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'

/** How far ahead the text says that it goes stale; RFC 9116, 2.5.5, advises less than a year. */
const validForMs = ms('180d')
const day = ms('1d')

/** `security.txt` (RFC 9116). `Expires` moves with the clock: as long as this server runs, somebody looks after it. */
export function getSecurityText(): string {
  const { securityContact, origin } = getConfiguration()
  if (securityContact === undefined) throw new Problem('not_found')
  const at = now() + validForMs
  return [
    `Contact: ${securityContact}`,
    `Expires: ${new Date(at - (at % day)).toISOString()}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}/.well-known/security.txt`,
    '',
  ].join('\n')
}

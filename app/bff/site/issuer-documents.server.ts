import { getConfiguration } from '../configuration.server.ts'

/** The issuer's public key set (RFC 7517). */
export function getKeySet() {
  return getConfiguration().tokens.keySet()
}

/** Where people add and manage passkeys. */
export function getPasskeyEndpoints() {
  const { origin } = getConfiguration()
  return { enroll: `${origin}/account/security/passkeys`, manage: `${origin}/account/security` }
}

/** The issuer's metadata (RFC 8414). */
export function getIssuerMetadata() {
  return getConfiguration().tokens.metadata()
}

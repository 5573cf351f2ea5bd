import { getConfiguration } from './configuration.server.ts'

/** The issuer's public key set (RFC 7517). */
export function getKeySet() {
  return getConfiguration().tokens.keySet()
}

/** The issuer's metadata (RFC 8414). */
export function getIssuerMetadata() {
  return getConfiguration().tokens.metadata()
}

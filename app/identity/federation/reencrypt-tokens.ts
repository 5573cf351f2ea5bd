import { decryptText, encryptText, type KeyRing } from '../../kernel/index.server.ts'
import type { FederationStore } from './federation-store.ts'
import { providerSessionContext } from './provider-tokens.ts'

const batchSize = 200

/**
 * Encrypts the tokens of providers with the newest key of `to`, a batch of rows at a time. What no key opens stays as it
 * is, and so does what a server replaces at this moment: it is encrypted by that server, with the newest secret it knows.
 */
export async function reencryptProviderTokens(store: FederationStore, from: KeyRing, to: KeyRing): Promise<void> {
  let behind = ''
  for (;;) {
    const rows = await store.listEncryptedOtherwise(to.newest.id, behind, batchSize)
    for (const row of rows) {
      const anew = <Box extends string | null>(box: Box) => reencrypt(box, providerSessionContext(row.id), from, to)
      const { refreshToken, accessToken, idToken } = row
      await store.reencrypt(row, {
        ...{ refreshToken: anew(refreshToken), accessToken: anew(accessToken), idToken: anew(idToken) },
      })
    }
    if (rows.length < batchSize) return
    behind = rows.at(-1)?.id ?? behind
  }
}

function reencrypt<Box extends string | null>(box: Box, context: string, from: KeyRing, to: KeyRing): Box | string {
  const text = box === null ? null : decryptText(from, box, context)
  return text === null ? box : encryptText(to, text, context)
}

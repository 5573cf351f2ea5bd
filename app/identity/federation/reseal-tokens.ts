import { type KeyRing, openText, sealText } from '../../kernel/index.server.ts'
import type { FederationStore } from './federation-store.ts'
import { providerSessionContext } from './provider-tokens.ts'

const batchSize = 200

/**
 * Seals the tokens of providers with the newest key of `to`, a batch of rows at a time. What no key opens stays as it
 * is, and so does what a server replaces at this moment: it is sealed by that server, with the newest secret it knows.
 */
export async function resealProviderTokens(store: FederationStore, from: KeyRing, to: KeyRing): Promise<void> {
  let behind = ''
  for (;;) {
    const rows = await store.listSealedOtherwise(to.newest.id, behind, batchSize)
    for (const row of rows) {
      const anew = <Box extends string | null>(box: Box) => reseal(box, providerSessionContext(row.id), from, to)
      const { refreshToken, accessToken, idToken } = row
      await store.reseal(row, {
        ...{ refreshToken: anew(refreshToken), accessToken: anew(accessToken), idToken: anew(idToken) },
      })
    }
    if (rows.length < batchSize) return
    behind = rows.at(-1)?.id ?? behind
  }
}

function reseal<Box extends string | null>(box: Box, context: string, from: KeyRing, to: KeyRing): Box | string {
  const text = box === null ? null : openText(from, box, context)
  return text === null ? box : sealText(to, text, context)
}

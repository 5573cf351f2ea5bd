import { Problem } from '../../kernel/index.ts'
import { guardEndpoint } from '../guard/guard.server.ts'

const nothing = async () => {
  throw new Problem('not_found')
}

/**
 * The route of an address that the proxy answers before the framework sees it: states who may use it, and answers other
 * spellings of the address (`/BFF/api/…`), which lead nowhere.
 */
export function guardProxy() {
  return guardEndpoint({ access: 'user', GET: nothing, POST: nothing, PUT: nothing, PATCH: nothing, DELETE: nothing })
}

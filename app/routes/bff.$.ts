import { guardEndpoint } from '../bff/index.server.ts'
import { Problem } from '../kernel/index.ts'

const nothing = async () => {
  throw new Problem('not_found')
}

/** Whatever else is asked for under `/bff/`. */
export const { loader, action } = guardEndpoint({ access: 'public', GET: nothing })

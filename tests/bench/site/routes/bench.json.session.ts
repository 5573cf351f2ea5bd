import { guardEndpoint } from '../bff/index.server.ts'
import { openPerson } from '../open-data.server.ts'

export const { loader, action } = guardEndpoint({ access: 'user', GET: async () => openPerson() })

import { guardProxy } from '../bff/index.server.ts'

/** Calls of scripts to the API, which the proxy passes on. */
export const { loader, action } = guardProxy()

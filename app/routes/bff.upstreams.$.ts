import { guardProxy } from '../bff/index.server.ts'

/** Calls of scripts to the further services of `UPSTREAMS_FILE`, which the proxy passes on. */
export const { loader, action } = guardProxy()

import { account } from './account.ts'
import { admin } from './admin.ts'
import { common } from './common.ts'
import { entry } from './entry.ts'
import { events } from './events.ts'
import { inspector } from './inspector.ts'
import { problems } from './problems.ts'
import { providers } from './providers.ts'

/** All that pages say, which is what browsers get. */
export const pages = { ...common, ...entry, ...account, ...admin, ...events, ...inspector, ...problems, ...providers }

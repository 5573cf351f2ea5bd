import { answerHealth, guardEndpoint } from '../bff/index.server.ts'

/** For whoever restarts processes: this one answers. */
export const { loader, action } = guardEndpoint({ access: 'public', GET: async () => answerHealth() })

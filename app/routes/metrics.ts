import { answerMetrics, guardEndpoint } from '../bff/index.server.ts'

/** What this process counts, for a collector that may see it. */
export const { loader, action } = guardEndpoint({ access: 'public', GET: answerMetrics })

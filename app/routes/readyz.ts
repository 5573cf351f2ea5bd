import { answerReadiness, guardEndpoint } from '../bff/index.server.ts'

/** For whoever spreads requests: this process can serve them. */
export const { loader, action } = guardEndpoint({ access: 'public', GET: answerReadiness })

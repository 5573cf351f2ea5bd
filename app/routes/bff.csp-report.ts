import { guardBrowserReport, receiveCspReport } from '../bff/index.server.ts'

/** What browsers report of the content security policy (CSP Level 3, 5). */
export const { loader, action } = guardBrowserReport(receiveCspReport)

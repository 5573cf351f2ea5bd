import { createHash, timingSafeEqual } from 'node:crypto'
import { printMetrics } from '../../kernel/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import { getRequestContext } from '../request/request-context.server.ts'
import { isFromThisMachine } from './own-machine.server.ts'

const noStore = { 'Cache-Control': 'no-store' }

/** The process answers; nothing else is looked at. */
export function answerHealth(): Response {
  return new Response('ok\n', { headers: { ...noStore, 'Content-Type': 'text/plain; charset=utf-8' } })
}

/** Whether requests can be served: 200, or 503 with the names of the checks that failed, and nothing else about them. */
export async function answerReadiness(): Promise<Response> {
  const checks = Object.entries(getConfiguration().readiness ?? {})
  const results = await Promise.all(checks.map(async ([name, check]) => [name, await passes(check)] as const))
  const failed = results.filter(([, isPassed]) => !isPassed).map(([name]) => name)
  const [status, state] = failed.length === 0 ? [200, 'ready'] : [503, 'not-ready']
  return Response.json({ status: state, failed }, { status: Number(status), headers: noStore })
}

async function passes(check: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await check()
  } catch {
    return false
  }
}

/** What was counted, for whoever knows `METRICS_TOKEN`; without that setting, for programs of this machine that come directly. */
export async function answerMetrics(): Promise<Response> {
  const token = getConfiguration().metricsToken
  if (token === undefined ? !isFromThisMachine() : !holds(token)) {
    return token === undefined
      ? new Response(null, { status: 404, headers: noStore })
      : new Response(null, { status: 401, headers: { ...noStore, 'WWW-Authenticate': 'Bearer' } })
  }
  const { text, type } = await printMetrics()
  return new Response(text, { headers: { ...noStore, 'Content-Type': type } })
}

function holds(token: string): boolean {
  const given = /^Bearer ([^ ]+)$/i.exec(getRequestContext().head.headers.authorization ?? '')?.[1] ?? ''
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

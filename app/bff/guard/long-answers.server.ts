import type { ServerResponse } from 'node:http'
import { breakOffAnswer } from '../../http/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import { ms } from '../../kernel/index.ts'
import { isProxied } from '../proxy/upstream.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { isStillAdmitted } from './still-admitted.server.ts'

/** How often it is asked whether an answer that is under way may go on, in milliseconds. */
const lookEveryMs = ms('5s')

/** Every answer that is not out yet. */
const open = new Map<ServerResponse, RequestContext>()

/** Has an answer looked at for as long as it takes. */
export function noteOpenAnswer(response: ServerResponse, context: RequestContext): void {
  open.set(response, context)
  response.once('close', forget)
}

/** One function for all: one made for each response would outlive it. */
function forget(this: ServerResponse): void {
  open.delete(this)
}

/**
 * Breaks off whatever is still under way for somebody who would not be let in any more: downloads, streams, uploads through the
 * proxy, pages that are read slowly. Returns what ends the watch.
 */
export function watchLongAnswers(everyMs = lookEveryMs): () => void {
  let isLooking = false
  const timer = setInterval(async () => {
    // A slow store is not asked the same twice.
    if (isLooking) return
    isLooking = true
    await lookAtAll()
    isLooking = false
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

async function lookAtAll(): Promise<void> {
  for (const [response, context] of [...open]) {
    if (context.admitted === null || !isUnderWay(response, context)) continue
    try {
      if (!(await isStillAdmitted(context))) breakOffAnswer(response)
    } catch (error) {
      // A store that cannot answer has said nothing about the session.
      log.warn({ err: error, reference: context.id }, 'whether an answer may go on could not be looked up')
    }
  }
}

/**
 * What a route is still working on is left alone: it may be about to end this very session and give the browser another. That
 * is bounded; what a service does for a call is not.
 */
function isUnderWay(response: ServerResponse, { head }: RequestContext): boolean {
  return !response.closed && (response.headersSent || isProxied(head.url))
}

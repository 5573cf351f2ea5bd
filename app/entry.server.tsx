import { PassThrough } from 'node:stream'
import { createReadableStreamFromReadable, type EntryContext, type HandleErrorFunction } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { getCspNonce, readPreferences } from './bff/index.server.ts'
import { NonceContext } from './components/nonce.tsx'
import { PreferencesContext } from './components/preferences-context.tsx'
import { log } from './kernel/index.server.ts'
import { currentLanguage } from './words/index.ts'

/**
 * Longest time in milliseconds that a page may take to stream. Short, because no loader defers anything: all data is
 * there before the first byte. The framework keeps a timer of this length for each page, and a server that was asked to
 * stop waits for the last of them.
 */
export const streamTimeout = 3_000

/** Renders a page. A bot gets it whole, everybody else as it becomes ready. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Promise<Response> {
  const isWhole = isbot(request.headers.get('user-agent') ?? '')
  const nonce = getCspNonce()
  return new Promise((resolve, reject) => {
    let isShellSent = false
    const respond = () => {
      isShellSent = true
      const body = new PassThrough()
      // Left running, the timer would keep every rendered page in memory for its full length.
      body.once('close', () => clearTimeout(timer))
      headers.set('Content-Type', 'text/html; charset=utf-8')
      headers.set('Content-Language', currentLanguage())
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: failed ? 500 : status }))
      pipe(body)
    }
    let failed = false
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <PreferencesContext.Provider value={readPreferences()}>
          <RemixServer context={context} url={request.url} abortDelay={streamTimeout} nonce={nonce} />
        </PreferencesContext.Provider>
      </NonceContext.Provider>,
      {
        nonce,
        ...(isWhole ? { onAllReady: respond } : { onShellReady: respond }),
        onShellError: reject,
        onError(error) {
          failed = true
          // An error in the shell is thrown, and logged where it is answered.
          if (isShellSent) log.error({ err: error }, 'a page failed while it was streamed')
        },
      },
    )
    const timer = setTimeout(abort, streamTimeout + 1_000)
  })
}

/** What reaches the framework unguarded: its own 404s and 405s are answers, not faults. */
export const handleError: HandleErrorFunction = (error, { request }) => {
  if (request.signal.aborted) return
  if (isRouteErrorResponse(error) && error.status < 500) return
  log.error({ err: error }, 'the framework reported an error')
}

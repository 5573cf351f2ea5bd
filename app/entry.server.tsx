import { Writable } from 'node:stream'
import type { EntryContext, HandleErrorFunction } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { renderToPipeableStream } from 'react-dom/server'
import { getCspNonce, readPreferences } from './bff/index.server.ts'
import { firstScriptText } from './components/layout/first-script.server.ts'
import { FirstScriptContext } from './components/layout/first-script.tsx'
import { NonceContext } from './components/layout/nonce.tsx'
import { PreferencesContext } from './components/layout/preferences-context.tsx'
import { wholeResponse } from './http/index.server.ts'
import { currentLanguage } from './i18n/index.ts'
import { log } from './kernel/index.server.ts'

/** No page renders for so long by itself; of thousands that are asked for at once the last one waits for its turn. */
const renderLimitMs = 30_000

/**
 * Longest time in milliseconds that a page waits for data of its loaders. Short, because no loader defers anything: all data is
 * there before the first byte. The framework keeps a timer of this length for each page, and a server that was asked to
 * stop waits for the last of them.
 */
export const streamTimeout = 3_000

/**
 * Renders a page, and sends it whole: nothing in it is waited for, so a stream of parts would be no earlier and cost more
 * than the parts themselves.
 */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Promise<Response> {
  const { html, hasFailed } = await render(request, context)
  headers.set('Content-Type', 'text/html; charset=utf-8')
  headers.set('Content-Language', currentLanguage())
  return wholeResponse(html, { headers, status: hasFailed ? 500 : status })
}

type Rendered = { html: Buffer<ArrayBuffer>; hasFailed: boolean }

function render(request: Request, context: EntryContext): Promise<Rendered> {
  const nonce = getCspNonce()
  return new Promise((resolve, reject) => {
    let isShellDone = false
    let hasFailed = false
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <FirstScriptContext.Provider value={firstScriptText}>
          <PreferencesContext.Provider value={readPreferences()}>
            <RemixServer context={context} url={request.url} abortDelay={streamTimeout} nonce={nonce} />
          </PreferencesContext.Provider>
        </FirstScriptContext.Provider>
      </NonceContext.Provider>,
      {
        nonce,
        onShellReady: () => {
          isShellDone = true
        },
        onAllReady: () => {
          // Left running, the timer would keep every rendered page in memory for its full length.
          clearTimeout(timer)
          pipe(collect((html) => resolve({ html, hasFailed })))
        },
        onShellError: (error) => {
          clearTimeout(timer)
          reject(error)
        },
        onError(error) {
          // An error in the shell is thrown, and logged where it is answered. After it the page is there, as its status says.
          if (isShellDone) log.error({ err: error }, 'a page failed while it was rendered')
          else hasFailed = true
        },
      },
    )
    const timer = setTimeout(abort, renderLimitMs)
  })
}

/** What React writes, in one piece: it hands over parts of 2 KB, which it does not use again. */
function collect(done: (html: Buffer<ArrayBuffer>) => void): Writable {
  const parts: Uint8Array[] = []
  const sink = new Writable({
    write(part: Uint8Array, _encoding, next) {
      parts.push(part)
      next()
    },
    final(next) {
      done(Buffer.concat(parts))
      next()
    },
  })
  // React ends it twice, and of the second time Node makes an error that nobody sees.
  const end = sink.end.bind(sink)
  sink.end = () => (sink.writableEnded ? sink : end())
  return sink
}

/** What reaches the framework unguarded: its own 404s and 405s are answers, not faults. */
export const handleError: HandleErrorFunction = (error, { request }) => {
  if (request.signal.aborted) return
  if (isRouteErrorResponse(error) && error.status < 500) return
  log.error({ err: error }, 'the framework reported an error')
}

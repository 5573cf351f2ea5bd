import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, sep } from 'node:path'
import { brotliCompress, constants } from 'node:zlib'

/** Answers a request for a built file and says true; false when somebody else has to. */
export type ServeBuilt = (request: IncomingMessage, response: ServerResponse) => boolean

const mediaTypes: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

type Compressing = 'begun' | Buffer | null

/**
 * Serves the scripts and styles of a build as small as brotli can make them. That takes a second, too long to do while
 * somebody waits as the framework does: it is done once, in the background, when a file is first asked for. Until
 * then, and for whoever reads no brotli or wants a part, the framework answers.
 *
 * @param folder where the files are. @param base the path that they are asked for under, such as `/build/`.
 */
export function openBuiltFiles(folder: string, base: string): ServeBuilt {
  const files = new Map<string, Compressing>(listBuilt(folder).map((path) => [base + path, null]))

  function compress(url: string): void {
    files.set(url, 'begun')
    const text = readFileSync(join(folder, url.slice(base.length)))
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
    // A file that cannot be compressed stays with the framework.
    brotliCompress(text, { params }, (error, small) => error === null && files.set(url, small))
  }

  return (request, response) => {
    const { url = '', method, headers } = request
    const file = files.get(url)
    const isOurs = file !== undefined && (method === 'GET' || method === 'HEAD') && headers.range === undefined
    if (!isOurs || !acceptsBrotli(headers['accept-encoding'])) return false
    if (file === null) compress(url)
    if (!(file instanceof Buffer)) return false
    response.setHeader('Content-Type', mediaTypes[url.slice(url.lastIndexOf('.') + 1)] ?? '')
    response.setHeader('Content-Length', file.length)
    response.setHeader('Content-Encoding', 'br')
    response.setHeader('Vary', 'Accept-Encoding')
    // The name of a built file changes with what is in it.
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable')
    response.writeHead(200)
    response.end(method === 'HEAD' ? undefined : file)
    return true
  }
}

function listBuilt(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => Object.hasOwn(mediaTypes, path.slice(path.lastIndexOf('.') + 1)))
}

/** Whether `Accept-Encoding` names brotli and does not refuse it with a weight of zero (RFC 9110, 12.5.3). */
function acceptsBrotli(accepted: string | string[] | undefined): boolean {
  return /(^|,)\s*br\s*(;\s*q=(1|0\.0*[1-9])|,|$)/i.test(String(accepted ?? ''))
}

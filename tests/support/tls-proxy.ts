import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './certificate.ts'

export type TlsProxy = {
  /** What browsers see: `https://localhost:<port>`. */
  readonly origin: string
  /** The certificate that browsers are to trust, as a PEM file. */
  readonly certificatePath: string
  /** Base64 of the SHA-256 of its key, for Chromium's `--ignore-certificate-errors-spki-list`. */
  readonly fingerprint: string
  /** Every request so far, as it came. */
  readonly requests: readonly SeenRequest[]
  stop(): Promise<void>
}

export type SeenRequest = { method: string; path: string; headers: IncomingHttpHeaders }

/** Headers that belong to one connection alone (RFC 9110, 7.6.1). */
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection']

/** Starts a proxy that ends TLS with a certificate of its own and passes everything on to `targetPort` on loopback. */
export async function startTlsProxy(port: number, targetPort: number): Promise<TlsProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-tls-'))
  const certificatePath = join(folder, 'certificate.pem')
  const { key, certificate, fingerprint } = makeCertificate()
  writeFileSync(certificatePath, certificate)
  const requests: SeenRequest[] = []
  const proxy = createServer({ key, cert: certificate }, (incoming, answer) => {
    const headers = {
      ...endToEnd(incoming.headers),
      'x-forwarded-for': [incoming.headers['x-forwarded-for'] ?? [], incoming.socket.remoteAddress].flat().join(', '),
      'x-forwarded-proto': 'https',
    }
    const { method = '', url: path = '' } = incoming
    requests.push({ method, path, headers: incoming.headers })
    const onward = request({ host: '127.0.0.1', port: targetPort, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers))
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
  return {
    origin: `https://localhost:${port}`,
    ...{ certificatePath, fingerprint, requests },
    stop: async () => {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)))
}

/** A key and a certificate for localhost, of two days, as PEM files. */
export function createCertificate(keyPath: string, certificatePath: string): void {
  const { key, certificate } = makeCertificate()
  writeFileSync(keyPath, key, { mode: 0o600 })
  writeFileSync(certificatePath, certificate)
}
